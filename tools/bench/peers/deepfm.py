"""DeepFM in PyTorch: one table for all fields, which is the fastest way to look them up."""

from protocol import serve


def prepare(settings):
    import torch
    import torch.nn as nn
    from torch_training import NUM_BATCHES, TrainingSide, labels, log_uniform, mlp, setup

    class DeepFM(nn.Module):
        def __init__(self, vocab, fields, dim, hidden, sparse):
            super().__init__()
            self.embedding_table = nn.Embedding(vocab, dim, sparse=sparse)
            self.linear_table = nn.Embedding(vocab, 1, sparse=sparse)
            self.bias = nn.Parameter(torch.zeros(1))
            self.deep = mlp(fields * dim, [hidden] * 3)
            nn.init.normal_(self.embedding_table.weight, std=1e-2)
            nn.init.normal_(self.linear_table.weight, std=1e-2)

        def forward(self, ids):
            e = self.embedding_table(ids)  # [B, F, D]
            fm = 0.5 * (e.sum(1).square() - e.square().sum(1)).sum(1, keepdim=True)
            return self.linear_table(ids).sum(1) + self.bias + fm + self.deep(e.flatten(1))

    setup(settings)
    sizes = settings["sizes"]
    fields, num_rows = sizes["fields"], NUM_BATCHES * sizes["batchSize"]
    rows_per_field = sizes["vocab"] // fields
    model = DeepFM(rows_per_field * fields, fields, sizes["dim"], sizes["hidden"], settings["mode"] == "lazy")
    ids = log_uniform(rows_per_field, num_rows, fields) + torch.arange(fields) * rows_per_field
    return TrainingSide(settings, model, [ids], labels(num_rows))


serve(prepare)
