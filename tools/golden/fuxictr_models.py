"""Golden logits, losses and gradients of models built from FuxiCTR's layers, in float64: python tools/golden/fuxictr_models.py (environment: tools/bench/setup).

Small sizes, random weights, rows without events, with missing and with unknown values. What is FuxiCTR's and what is the script's, and where a known error of
FuxiCTR's model zoo is corrected, is said at each model in `reference`.
"""

import torch

torch.set_default_dtype(torch.float64)

from reference.features import Feature, random_batch
from reference.models import FM, LR, DCNv2, DeepFM, MaskNet
from reference.record import record, write
from reference.sequence_models import BST, DIEN, DIN

ROWS = 10
DIM = 3
fields = [Feature("user"), Feature("item"), Feature("age", "numeric"), Feature("price", "numeric"), Feature("tags", "multi-hot", max_len=4)]

clicks = [
    Feature("user"),
    Feature("item"),
    Feature("category"),
    Feature("age", "numeric"),
    Feature("tags", "multi-hot", max_len=4),
    Feature("past_items", "sequence", share="item", history="clicks"),
    Feature("past_categories", "sequence", share="category", history="clicks"),
    Feature("seen", "sequence", share="item", max_len=4),
]
histories = [[("past_items", "item"), ("past_categories", "category")], [("seen", "item")]]


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


def write_dcnv2():
    inputs, batch = batch_of(fields, 7)
    cases = []
    for structure, experts, rank in [("parallel", 0, 0), ("stacked", 0, 0), ("parallel", 3, 2), ("stacked", 2, 3)]:
        model = DCNv2(fields, DIM, structure, [6, 5], 2, experts, rank)
        options = {"embeddingDim": DIM, "structure": structure, "numCrossLayers": 2, "hiddenUnits": [6, 5]}
        if experts > 0:
            options.update(cross="mixture", numExperts=experts, rank=rank)
        name = f"{structure}, {f'{experts} experts of rank {rank}' if experts > 0 else 'matrices'}"
        cases.append(record(name, model, fields, inputs, batch, options))
    write("dcnv2", cases)


def write_din():
    inputs, batch = batch_of(clicks, 4)
    cases = []
    for name, softmax, activation, hidden, attention in [
        ("Dice", False, "dice", [5], [4, 3]),
        ("softmax, PReLU", True, "prelu", [4, 3], [4]),
        ("Dice, training", False, "dice", [5], [4, 3]),
    ]:
        fuxictr_name = {"dice": "Dice", "prelu": "PReLU"}[activation]
        network = {"hidden_units": hidden, "hidden_activations": fuxictr_name}
        unit = {"attention_units": attention, "hidden_activations": fuxictr_name, "use_softmax": softmax}
        options = {"embeddingDim": DIM, "hiddenUnits": hidden, "activation": activation, "attentionUnits": attention}
        options.update(attentionActivation=activation, attentionSoftmax=softmax, diceStatistics="padded")
        model = DIN(clicks, DIM, histories, network, unit)
        # A softmax does not see a bias of its scores.
        unseen = [f"attention.{k}.attention_layer.mlp.2.bias" for k in range(2)] if softmax else []
        cases.append(record(name, model, clicks, inputs, batch, options, training="training" in name, unseen=unseen))
    write("din", cases)


def write_dien():
    inputs, batch = batch_of(clicks, 5)
    network, options = {"hidden_units": [4]}, {"embeddingDim": 2, "hiddenUnits": [4], "auxiliaryWeight": 0}
    cases = []
    for evolution, softmax, sums in [("gru", True, False), ("aigru", True, False), ("agru", True, True), ("augru", True, False), ("augru", False, False)]:
        model = DIEN(clicks, 2, histories, network, evolution, softmax=softmax, sum_pooling=sums)
        changed = {**options, "evolution": evolution, "attentionSoftmax": softmax, "sumPooling": sums}
        name = evolution.upper() + ("" if softmax else " without softmax") + (", sums" if sums else "")
        cases.append(record(name, model, clicks, inputs, batch, changed))
    write("dien", [*cases, auxiliary_case(network, options)])


def auxiliary_case(network, options):
    """Events of two items: the negative of an event can only be the other one, whoever draws."""
    features, one = clicks[:7], histories[:1]
    ids_of = {"past_items": lambda events: 2 + events % 2, "past_categories": lambda events: 4 + events % 2}
    inputs, batch = batch_of(features, 6, ids_of=ids_of)
    other = lambda name, total: torch.where(inputs[name] == 0, 0, total - inputs[name])
    negatives = {"past_items": other("past_items", 5), "past_categories": other("past_categories", 9)}
    judge = {"hidden_units": [3], "hidden_activations": "Tanh"}
    model = DIEN(features, 2, one, network, "augru", auxiliary={"network": judge, "negatives": negatives, "alpha": 0.5})
    changed = {**options, "auxiliaryWeight": 0.5, "auxiliaryUnits": [3], "auxiliaryActivation": "tanh"}
    return record("AUGRU with auxiliary loss", model, features, inputs, batch, changed)


def write_bst():
    inputs, batch = batch_of(clicks, 7, pad="front")
    cases = []
    for pooling, dim, heads, blocks, positions in [("mean", 2, 2, 1, True), ("sum", 3, 3, 1, False), ("target", 2, 1, 2, True), ("concat", 2, 2, 1, True)]:
        model = BST(clicks, dim, histories, {"hidden_units": [4], "hidden_activations": "LeakyReLU"}, heads=heads, blocks=blocks, pooling=pooling, positions=positions)
        options = {"embeddingDim": dim, "hiddenUnits": [4], "numHeads": heads, "numBlocks": blocks, "pooling": pooling, "positions": positions}
        name = f"{pooling}, {blocks} x {heads} heads, {'with' if positions else 'without'} positions"
        cases.append(record(name, model, clicks, inputs, batch, options))
    write("bst", cases)


if __name__ == "__main__":
    write_linear()
    write_deepfm()
    write_masknet()
    write_din()
    write_dien()
    write_bst()
