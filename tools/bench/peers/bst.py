"""BST in PyTorch: one Transformer block over padded events and the target, with its fused attention."""

from protocol import serve

NUM_HEADS = 2


def prepare(settings):
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from histories import history_columns, shared_table
    from torch_training import TrainingSide, labels, setup

    class Attention(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.query, self.key = nn.Linear(size, size), nn.Linear(size, size, bias=False)
            self.value, self.output = nn.Linear(size, size), nn.Linear(size, size)

        def forward(self, x, mask):
            B, T, M = x.shape
            heads = lambda layer: layer(x).view(B, T, NUM_HEADS, M // NUM_HEADS).transpose(1, 2)
            attended = F.scaled_dot_product_attention(
                heads(self.query), heads(self.key), heads(self.value), attn_mask=mask[:, None, None, :]
            )
            return self.output(attended.transpose(1, 2).reshape(B, T, M))

    class Block(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.attention = Attention(size)
            self.norm_1, self.norm_2 = nn.LayerNorm(size), nn.LayerNorm(size)
            self.forward_net = nn.Sequential(nn.Linear(size, size), nn.LeakyReLU(), nn.Linear(size, size))

        def forward(self, x, mask):
            s = self.norm_1(x + self.attention(x, mask))
            return self.norm_2(s + self.forward_net(s))

    class BST(nn.Module):
        def __init__(self, dim, hidden, context, longest):
            super().__init__()
            self.embedding_table = shared_table(settings)
            self.positions = nn.Embedding(longest + 1, dim)
            self.block = Block(2 * dim)
            layers, inputs = [], (context + 1) * dim + 2 * dim
            for units in (hidden, hidden // 2, hidden // 4):
                layers += [nn.Linear(inputs, units), nn.LeakyReLU()]
                inputs = units
            self.deep = nn.Sequential(*layers, nn.Linear(inputs, 1))

        def forward(self, history, item, context):
            h, t, c = self.embedding_table(history), self.embedding_table(item), self.embedding_table(context)
            mask = F.pad(history > 0, (0, 1), value=True)  # [B, T + 1]
            places = F.pad((history > 0).sum(1, keepdim=True) - torch.arange(history.shape[1]), (0, 1))
            x = torch.cat([torch.cat([h, t.unsqueeze(1)], 1), self.positions(places.clamp(min=0))], 2)
            out = self.block(x, mask) * mask.unsqueeze(2)
            pooled = out.sum(1) / mask.sum(1, keepdim=True)
            return self.deep(torch.cat([t, c.flatten(1), pooled], -1))

    setup(settings)
    sizes = settings["sizes"]
    model = BST(sizes["dim"], sizes["hidden"], sizes["context"], sizes["maxLength"])
    columns = history_columns(settings)
    return TrainingSide(settings, model, columns, labels(len(columns[0])))


serve(prepare)
