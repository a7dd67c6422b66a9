"""A whole training step of PyTorch as a sample: the batch, tables, forward, backward, optimizers."""

import torch
import torch.nn as nn
import torch.nn.functional as F

NUM_BATCHES = 8
TABLE_L2 = 1e-5
LEARNING_RATE = 1e-3
POSITIVE_RATE = 0.25


def setup(settings):
    torch.set_num_threads(settings["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(1)


def log_uniform(size, *shape):
    """Ids in [0, size) with the heavy head and long tail of the harness: floor(e^(u ln(size + 1))) - 1."""
    u = torch.rand(*shape, dtype=torch.float64)
    return (torch.exp(u * torch.log1p(torch.tensor(float(size), dtype=torch.float64))).floor() - 1).long().clamp_(0, size - 1)


def labels(num_rows):
    return (torch.rand(num_rows, 1) < POSITIVE_RATE).float()


def mlp(inputs, hidden_units):
    layers = []
    for units in hidden_units:
        layers += [nn.Linear(inputs, units), nn.ReLU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, 1))


class TrainingSide:
    """A model gives logits, or logits and a loss of its own that is added.

    `columns` are tensors of all rows; batches are rows of them in a new order every epoch, as on our side.

    Tables are those parameters whose name ends in `table.weight`. In mode `lazy` they have sparse gradients and go to SparseAdam; everything else
    goes to the fused Adam, which is the fastest that PyTorch has on a CPU. In mode `dense` tables get Adam with L2 on all rows.
    """

    def __init__(self, settings, model, columns, targets):
        self.batch_size = settings["sizes"]["batchSize"]
        self.columns, self.targets = columns, targets
        self.info = {"torch": torch.__version__.split("+")[0], "parameters": sum(p.numel() for p in model.parameters() if p.requires_grad)}
        trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        tables = [p for name, p in trained if name.endswith("table.weight")]
        others = [p for name, p in trained if not name.endswith("table.weight")]
        self.optimizers = [torch.optim.Adam(others, lr=LEARNING_RATE, fused=True)]
        if tables and settings["mode"] == "lazy":
            self.optimizers.append(torch.optim.SparseAdam(tables, lr=LEARNING_RATE))
        elif tables:
            self.optimizers.append(torch.optim.Adam(tables, lr=LEARNING_RATE, weight_decay=TABLE_L2, fused=True))
        self.model = torch.compile(model) if settings["variant"] == "compile" else model
        self.batches = self.endlessly()
        self.loss = float("nan")

    def endlessly(self):
        num_rows = len(self.targets)
        while True:
            order = torch.randperm(num_rows)
            for start in range(0, num_rows, self.batch_size):
                rows = order[start : start + self.batch_size]
                yield [column[rows] for column in self.columns], self.targets[rows]

    def run(self):
        inputs, targets = next(self.batches)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        output = self.model(*inputs)
        logits, own_loss = output if isinstance(output, tuple) else (output, 0)
        loss = F.binary_cross_entropy_with_logits(logits, targets) + own_loss
        loss.backward()
        for optimizer in self.optimizers:
            optimizer.step()
        self.loss = loss.item()

    def results(self):
        return {"loss": self.loss}
