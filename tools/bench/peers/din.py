"""DIN in PyTorch: the attention input as the paper writes it, padded histories."""

from protocol import serve


def prepare(settings):
    import torch
    import torch.nn as nn
    from torch_training import NUM_BATCHES, TrainingSide, labels, log_uniform, mlp, setup

    class Dice(nn.Module):
        def __init__(self, units):
            super().__init__()
            self.norm = nn.BatchNorm1d(units, affine=False, eps=1e-9, momentum=0.01)
            self.alpha = nn.Parameter(torch.zeros(units))

        def forward(self, x):
            q = torch.sigmoid(self.norm(x))
            return q * x + self.alpha * (1 - q) * x

    class DIN(nn.Module):
        def __init__(self, vocab, dim, context, sparse):
            super().__init__()
            self.embedding_table = nn.Embedding(vocab, dim, padding_idx=0, sparse=sparse)
            nn.init.normal_(self.embedding_table.weight, std=1e-2)
            with torch.no_grad():
                self.embedding_table.weight[0] = 0
            self.attention = nn.Sequential(
                nn.Linear(4 * dim, 64), Dice(64), nn.Linear(64, 32), Dice(32), nn.Linear(32, 1)
            )
            self.deep = mlp((context + 2) * dim, [200, 80])

        def forward(self, history, item, context):
            h, t, c = self.embedding_table(history), self.embedding_table(item), self.embedding_table(context)
            B, T, D = h.shape
            target = t.unsqueeze(1).expand(B, T, D)
            z = torch.cat([target, h, target - h, target * h], -1).view(B * T, 4 * D)
            scores = self.attention(z).view(B, T) * (history > 0)
            pooled = torch.bmm(scores.unsqueeze(1), h).squeeze(1)
            return self.deep(torch.cat([pooled, t, c.flatten(1)], -1))

    setup(settings)
    sizes = settings["sizes"]
    vocab, longest, num_rows = sizes["vocab"], sizes["maxLength"], NUM_BATCHES * sizes["batchSize"]
    draw = lambda *shape: 1 + log_uniform(vocab - 1, *shape)
    lengths = torch.randint(sizes["minLength"], longest + 1, (num_rows, 1))
    history = draw(num_rows, longest) * (torch.arange(longest) < lengths)
    model = DIN(vocab, sizes["dim"], sizes["context"], settings["mode"] == "lazy")
    columns = [history, draw(num_rows), draw(num_rows, sizes["context"])]
    return TrainingSide(settings, model, columns, labels(num_rows))


serve(prepare)
