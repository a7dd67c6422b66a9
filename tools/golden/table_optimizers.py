"""Golden steps of PyTorch's optimizers on a table, in float64: python tools/golden/table_optimizers.py (pip install torch)."""

import json
import pathlib

import torch

ROWS, DIM, STEPS, LOOKUPS = 5, 3, 6, 7
optimizers = {
    "sgd": (False, lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.125)),
    "adagrad": (True, lambda p: torch.optim.Adagrad(p, lr=0.05, initial_accumulator_value=0.1)),
    "dense-adam": (False, lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.125)),
    "lazy-adam": (True, lambda p: torch.optim.SparseAdam(p, lr=0.05)),
}
generator = torch.Generator().manual_seed(1)
weights = torch.randint(-8, 9, (ROWS, DIM), generator=generator).double() / 16
ids = torch.randint(0, ROWS, (STEPS, LOOKUPS), generator=generator)
gradients = torch.randint(-31, 32, (STEPS, LOOKUPS, DIM), generator=generator).double() / 16
gradients[gradients == 0] = 1 / 16
ids[:, :ROWS] = torch.arange(ROWS)  # every row at every step, so that dense SGD equals the row-sparse one

golden = {"rows": ROWS, "dim": DIM, "weights": weights.flatten().tolist(), "ids": ids.tolist(), "gradients": gradients.flatten(1).tolist(), "results": {}}
for name, (sparse, make) in optimizers.items():
    table = torch.nn.Embedding(ROWS, DIM, sparse=sparse, dtype=torch.float64)
    table.weight.data.copy_(weights)
    optimizer = make(table.parameters())
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        table(ids[step]).backward(gradients[step])
        optimizer.step()
    golden["results"][name] = table.weight.flatten().tolist()
path = pathlib.Path(__file__).parents[2] / "packages/embeddings/test/golden/table-optimizers.json"
path.write_text(json.dumps(golden))
