"""DIN in PyTorch: the attention input as the paper writes it, padded histories."""

from protocol import serve


def prepare(settings):
    import torch
    import torch.nn as nn
    from histories import history_columns, shared_table
    from torch_training import TrainingSide, labels, mlp, setup

    class Dice(nn.Module):
        def __init__(self, units):
            super().__init__()
            self.norm = nn.BatchNorm1d(units, affine=False, eps=1e-9, momentum=0.01)
            self.alpha = nn.Parameter(torch.zeros(units))

        def forward(self, x):
            q = torch.sigmoid(self.norm(x))
            return q * x + self.alpha * (1 - q) * x

    class DIN(nn.Module):
        def __init__(self, dim, context):
            super().__init__()
            self.embedding_table = shared_table(settings)
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
    model = DIN(settings["sizes"]["dim"], settings["sizes"]["context"])
    columns = history_columns(settings)
    return TrainingSide(settings, model, columns, labels(len(columns[0])))


serve(prepare)
