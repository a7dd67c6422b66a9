"""DeepFM in PyTorch: one table for all fields, which is the fastest way to look them up."""

import torch
import torch.nn as nn
from torch_training import mlp


class DeepFM(nn.Module):
    def __init__(self, vocab, fields, dim, hidden, sparse=False):
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
