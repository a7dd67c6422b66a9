"""DIEN in PyTorch: its own GRU for the interests, a loop of steps for the AUGRU, which no library has, and the auxiliary loss with drawn negatives."""

from protocol import serve


def prepare(settings):
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from histories import history_columns, shared_table
    from torch_training import TrainingSide, labels, mlp, setup

    class AUGRU(nn.Module):
        def __init__(self, units):
            super().__init__()
            self.inputs = nn.Linear(units, 3 * units)
            self.recurrent = nn.Linear(units, 3 * units)

        def forward(self, states, scores):
            projected = self.inputs(states).unbind(1)
            h = torch.zeros_like(states[:, 0])
            for x, a in zip(projected, scores.unsqueeze(2).unbind(1)):
                xu, xr, xn = x.chunk(3, 1)
                hu, hr, hn = self.recurrent(h).chunk(3, 1)
                u, r = torch.sigmoid(xu + hu), torch.sigmoid(xr + hr)
                h = h + a * u * (torch.tanh(xn + r * hn) - h)
            return h

    class DIEN(nn.Module):
        def __init__(self, vocab, dim, context):
            super().__init__()
            self.vocab = vocab
            self.embedding_table = shared_table(settings)
            self.extractor = nn.GRU(dim, dim, batch_first=True)
            self.attention = nn.Parameter(torch.empty(dim, dim))
            nn.init.xavier_normal_(self.attention)
            self.evolution = AUGRU(dim)
            self.deep = mlp((context + 2) * dim, [200, 80])

        def forward(self, history, item, context):
            h, t, c = self.embedding_table(history), self.embedding_table(item), self.embedding_table(context)
            mask = (history > 0).float()
            states, _ = self.extractor(h)  # what stands after the end of a history counts nowhere
            negatives = self.embedding_table(torch.randint(1, self.vocab, history.shape))
            auxiliary = self.auxiliary(states, h, negatives, mask)
            scores = torch.bmm(states, (t @ self.attention.T).unsqueeze(2)).squeeze(2)
            scores = torch.softmax(scores + (mask - 1) * 1e9, 1) * mask
            return self.deep(torch.cat([t, c.flatten(1), self.evolution(states, scores)], -1)), auxiliary

        def auxiliary(self, states, events, negatives, mask):
            before, follows = states[:, :-1], mask[:, 1:]
            positive = (before * events[:, 1:]).sum(2)
            negative = (before * negatives[:, 1:]).sum(2)
            losses = (F.softplus(-positive) + F.softplus(negative)) * follows
            return (losses.sum(1) / follows.sum(1).clamp(min=1)).mean()

    setup(settings)
    sizes = settings["sizes"]
    model = DIEN(sizes["vocab"], sizes["dim"], sizes["context"])
    columns = history_columns(settings)
    return TrainingSide(settings, model, columns, labels(len(columns[0])))


serve(prepare)
