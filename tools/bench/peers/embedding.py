"""Lookup, backward and SparseAdam of one embedding table in PyTorch."""

from protocol import serve


class Tables:
    def __init__(self, settings):
        import torch
        from torch_training import LEARNING_RATE, NUM_BATCHES, TABLE_L2, log_uniform, setup

        setup(settings)
        sizes = settings["sizes"]
        batch, fields, dim = sizes["batchSize"], sizes["fields"], sizes["dim"]
        per_field = sizes["vocab"] // fields
        lazy = settings["mode"] == "lazy"
        self.table = torch.nn.Embedding(per_field * fields, dim, sparse=lazy)
        torch.nn.init.normal_(self.table.weight, std=1e-4)
        parameters = list(self.table.parameters())
        self.optimizer = (
            torch.optim.SparseAdam(parameters, lr=LEARNING_RATE)
            if lazy
            else torch.optim.Adam(parameters, lr=LEARNING_RATE, weight_decay=TABLE_L2, fused=True)
        )
        offsets = torch.arange(fields) * per_field
        self.batches = [log_uniform(per_field, batch, fields) + offsets for _ in range(NUM_BATCHES)]
        self.gradients = torch.full((batch, fields, dim), 1e-3)
        self.step = 0
        self.info = {"torch": torch.__version__.split("+")[0]}

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.table(self.batches[self.step % len(self.batches)]).backward(self.gradients)
        self.optimizer.step()
        self.step += 1

    def results(self):
        return {"distinct": self.batches[(self.step - 1) % len(self.batches)].unique().numel()}


serve(Tables)
