"""MaskNet with parallel blocks in PyTorch; one table for all fields."""

from protocol import serve

BLOCK_UNITS = 64
NUM_BLOCKS = 3


def prepare(settings):
    import torch
    import torch.nn as nn
    from torch_training import NUM_BATCHES, TrainingSide, labels, log_uniform, mlp, setup

    class MaskBlock(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.mask = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))
            self.dense = nn.Linear(width, BLOCK_UNITS, bias=False)
            self.norm = nn.LayerNorm(BLOCK_UNITS)

        def forward(self, instance, masked):
            return self.norm(self.dense(self.mask(instance) * masked)).relu()

    class FieldNorm(nn.Module):
        """Every field is normalized by itself, with weights of its own."""

        def __init__(self, fields, dim):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(fields, dim))
            self.beta = nn.Parameter(torch.zeros(fields, dim))

        def forward(self, e):
            return nn.functional.layer_norm(e, e.shape[-1:]) * self.gamma + self.beta

    class MaskNet(nn.Module):
        def __init__(self, vocab, fields, dim, hidden, sparse):
            super().__init__()
            self.embedding_table = nn.Embedding(vocab, dim, sparse=sparse)
            nn.init.normal_(self.embedding_table.weight, std=1e-2)
            self.norm = FieldNorm(fields, dim)
            self.blocks = nn.ModuleList(MaskBlock(fields * dim) for _ in range(NUM_BLOCKS))
            self.deep = mlp(NUM_BLOCKS * BLOCK_UNITS, [hidden, hidden])

        @torch.compiler.disable
        def embed(self, ids):
            """Outside the compiled graph: compiling this model with sparse gradients fails in PyTorch 2.15."""
            return self.embedding_table(ids)

        def forward(self, ids):
            e = self.embed(ids)  # [B, F, D]
            instance, masked = e.flatten(1), self.norm(e).flatten(1)
            return self.deep(torch.cat([block(instance, masked) for block in self.blocks], 1))

    setup(settings)
    sizes = settings["sizes"]
    fields, num_rows = sizes["fields"], NUM_BATCHES * sizes["batchSize"]
    rows_per_field = sizes["vocab"] // fields
    model = MaskNet(rows_per_field * fields, fields, sizes["dim"], sizes["hidden"], settings["mode"] == "lazy")
    ids = log_uniform(rows_per_field, num_rows, fields) + torch.arange(fields) * rows_per_field
    return TrainingSide(settings, model, [ids], labels(num_rows))


serve(prepare)
