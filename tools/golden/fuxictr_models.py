"""Golden logits, losses and gradients of models built from FuxiCTR's layers, in float64: python tools/golden/fuxictr_models.py (environment: tools/bench/setup).

Small sizes, random weights, rows without events, with missing and with unknown values. What is FuxiCTR's and what is the script's, and where a known error of
FuxiCTR's model zoo is corrected, is said at each model in `reference`.
"""

import torch

torch.set_default_dtype(torch.float64)

from reference.features import Feature, random_batch
from reference.models import FM, LR, DeepFM, MaskNet
from reference.record import record, write

ROWS = 10
DIM = 3
fields = [Feature("user"), Feature("item"), Feature("age", "numeric"), Feature("price", "numeric"), Feature("tags", "multi-hot", max_len=4)]


def batch_of(features, seed, **options):
    return random_batch(features, ROWS, torch.Generator().manual_seed(seed), **options)


def write_linear():
    inputs, batch = batch_of(fields, 1)
    write("lr", [record("LR", LR(fields), fields, inputs, batch, {})])
    write("fm", [record("FM", FM(fields, DIM), fields, inputs, batch, {"embeddingDim": DIM})])


def write_deepfm():
    inputs, batch = batch_of(fields, 2)
    options = {"embeddingDim": DIM, "hiddenUnits": [6, 5]}
    plain = DeepFM(fields, DIM, hidden_units=[6, 5])
    normalized = DeepFM(fields, DIM, hidden_units=[6, 5], batch_norm=True)
    write(
        "deepfm",
        [
            record("plain", plain, fields, inputs, batch, options),
            record("batch normalization, training", normalized, fields, inputs, batch, {**options, "batchNorm": True}, training=True),
        ],
    )


def write_masknet():
    some = [feature for feature in fields if feature.name in ("user", "age", "tags")]
    inputs, batch = batch_of(some, 3)
    cases = []
    for structure, units, hidden, ratio, normalized in [("serial", [6, 4], [], 1, True), ("parallel", [4, 4], [5], 2, True), ("parallel", [4, 3], [], 0.5, False)]:
        model = MaskNet(some, DIM, structure, units, hidden, ratio, normalized)
        options = {"structure": structure, "blockUnits": units, "hiddenUnits": hidden, "reductionRatio": ratio}
        options.update(embeddingDim=DIM, embeddingNorm=normalized, blockNorm=normalized)
        cases.append(record(f"{structure}, {'with' if normalized else 'without'} norms", model, some, inputs, batch, options))
    write("masknet", cases)


if __name__ == "__main__":
    write_linear()
    write_deepfm()
    write_masknet()
