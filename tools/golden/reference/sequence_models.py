"""Models of histories. A history is a list of pairs (sequence, target); what a model reads beside them comes first in its last layers' input, as in ctrflow."""

import torch
from fuxictr.pytorch.layers import DIN_Attention, Dice, FeatureEmbeddingDict, MLP_Block
from torch import nn

from .features import feature_map
from .weights import Weight, dense, gru, layer_norm, mlp, tables


class HistoryModel(nn.Module):
    """Embeddings and last layers are FuxiCTR's. A subclass gives a vector for each history."""

    def __init__(self, features, dim, histories, network, sizes):
        super().__init__()
        self.features, self.histories = features, histories
        self.embedding = FeatureEmbeddingDict(feature_map(features, dim), dim)
        used = {sequence for history in histories for sequence, _ in history}
        self.beside = [feature.name for feature in features if feature.name not in used]
        self.mlp = MLP_Block(input_dim=len(self.beside) * dim + sum(sizes), output_dim=1, **network)

    def forward(self, inputs):
        embeddings = self.embedding(inputs)
        fields = [embeddings[name] for name in self.beside]
        found = []
        for k, history in enumerate(self.histories):
            events = torch.cat([embeddings[sequence] for sequence, _ in history], -1)
            target = torch.cat([embeddings[name] for _, name in history], -1)
            found.append(self.vector(k, events, target, inputs[history[0][0]] != 0))
        return self.mlp(torch.cat([*fields, *found], -1))

    def weights(self):
        own = [weight for k in range(len(self.histories)) for weight in self.history_weights(k)]
        return tables("embedding", self.embedding, self.features) + own + mlp("deep", self.mlp)


class DIN(HistoryModel):
    """Attention and activations are FuxiCTR's. Without softmax a row's weights are those of its events alone; Dice's statistics count padding."""

    def __init__(self, features, dim, histories, network, attention):
        sizes = [len(history) * dim for history in histories]
        super().__init__(features, dim, histories, with_dice(network), sizes)
        self.softmax = attention["use_softmax"]
        self.attention = nn.ModuleList(DIN_Attention(size, **attention) for size in sizes)

    def vector(self, k, events, target, mask):
        return self.attention[k](target, events, mask)

    def history_weights(self, k):
        weights = mlp(f"attention_{k + 1}", self.attention[k].attention_layer)
        return [weight for weight in weights if not (self.softmax and weight.path.endswith("output/bias"))]


class AttentionGRUCell(nn.Module):
    """The cells of FuxiCTR's DIEN. There AGRU takes AUGRU's cell by mistake; here it is the paper's, whose update gate is the attention (equation 12)."""

    def __init__(self, size, kind):
        super().__init__()
        self.kind = kind
        self.x2h, self.h2h = nn.Linear(size, 3 * size), nn.Linear(size, 3 * size)

    def forward(self, x, h, attention):
        (xu, xr, xn), (hu, hr, hn) = self.x2h(x).chunk(3, 1), self.h2h(h).chunk(3, 1)
        new = torch.tanh(xn + torch.sigmoid(xr + hr) * hn)
        gate = attention if self.kind == "agru" else attention * torch.sigmoid(xu + hu)
        return h + gate * (new - h)

    def weights(self, path):
        size = self.h2h.in_features
        ours = lambda tensor: (tensor[size:] if self.kind == "agru" else tensor).t()
        parts = [("kernel", self.x2h.weight), ("recurrent_kernel", self.h2h.weight), ("bias", self.x2h.bias), ("recurrent_bias", self.h2h.bias)]
        return [Weight(f"{path}/{name}", [part], ours) for name, part in parts]


class DIEN(HistoryModel):
    """GRUs are PyTorch's, the judge of the auxiliary loss is a FuxiCTR MLP_Block, the rest is the script's after FuxiCTR's DIEN (bilinear attention). Its errors corrected: the attention
    of AIGRU multiplies events, not their numbers; see also AttentionGRUCell; the auxiliary loss is a mean over the steps of a row, then over the rows."""

    def __init__(self, features, dim, histories, network, evolution, *, softmax=True, sum_pooling=False, auxiliary=None):
        sizes = [len(history) * dim for history in histories]
        super().__init__(features, dim, histories, network, [3 * size if sum_pooling else size for size in sizes])
        self.evolution, self.softmax, self.sum_pooling = evolution, softmax, sum_pooling
        self.extractors = nn.ModuleList(nn.GRU(size, size, batch_first=True) for size in sizes)
        cells = lambda size: AttentionGRUCell(size, evolution) if evolution in ("agru", "augru") else nn.GRU(size, size, batch_first=True)
        self.cells = nn.ModuleList(cells(size) for size in sizes)
        self.kernels = nn.ParameterList(torch.empty(size, size) for size in sizes if evolution != "gru")
        if auxiliary is not None:
            self.judge = MLP_Block(input_dim=2 * sizes[0], output_dim=1, output_activation="Sigmoid", **auxiliary["network"])
            self.negatives, self.alpha = auxiliary["negatives"], auxiliary["alpha"]

    def vector(self, k, events, target, mask):
        states, _ = self.extractors[k](events)  # events first, padding after them: padding changes no state of an event
        if hasattr(self, "judge"):
            self.loss = self.alpha * self.auxiliary_loss(states, events, mask)
        last = self.evolve(k, states, target, mask)
        total = (events * mask.unsqueeze(-1)).sum(1)
        return torch.cat([last, total, total * target], -1) if self.sum_pooling else last

    def evolve(self, k, states, target, mask):
        scores = mask.double()
        if self.evolution != "gru":
            scores = ((states @ self.kernels[k]) @ target.unsqueeze(-1)).squeeze(-1)
            scores = (scores - 1e9 * ~mask).softmax(-1) if self.softmax else scores
        if self.evolution in ("gru", "aigru"):
            outputs, _ = self.cells[k](states * scores.unsqueeze(-1) if self.evolution == "aigru" else states)
            last = outputs[torch.arange(len(mask)), (mask.sum(1) - 1).clamp(min=0)]
            return last * mask.any(1, keepdim=True)  # nothing to be read: a state of zeros
        h = torch.zeros_like(target)
        for t in range(mask.shape[1]):
            h = torch.where(mask[:, t : t + 1], self.cells[k](states[:, t], h, scores[:, t : t + 1]), h)
        return h

    def auxiliary_loss(self, states, events, mask):
        negatives = torch.cat([self.embedding.embedding_layers[name](ids) for name, ids in self.negatives.items()], -1)
        right = self.judge(torch.cat([states[:, :-1], events[:, 1:]], -1)).squeeze(-1)
        wrong = self.judge(torch.cat([states[:, :-1], negatives[:, 1:]], -1)).squeeze(-1)
        follows = mask[:, 1:].double()
        losses = -(torch.log(right) + torch.log(1 - wrong)) * follows
        return (losses.sum(1) / follows.sum(1).clamp(min=1)).mean()

    def history_weights(self, k):
        cell, name = self.cells[k], f"evolution_{k + 1}"
        attention = [Weight(f"attention_{k + 1}/kernel", [self.kernels[k]])] if self.evolution != "gru" else []
        judge = mlp(f"auxiliary_{k + 1}", self.judge) if hasattr(self, "judge") else []
        evolution = cell.weights(name) if isinstance(cell, AttentionGRUCell) else gru(name, cell)
        return gru(f"extractor_{k + 1}", self.extractors[k]) + attention + evolution + judge


class TransformerBlock(nn.Module):
    """Attention is PyTorch's, as in FuxiCTR's BST, the rest is the script's after it."""

    def __init__(self, size, heads):
        super().__init__()
        self.size = size
        self.attention = nn.MultiheadAttention(size, heads, batch_first=True)
        self.first, self.second = nn.Linear(size, size), nn.Linear(size, size)
        self.norms = nn.ModuleList([nn.LayerNorm(size), nn.LayerNorm(size)])

    def forward(self, x, hidden):
        attended, _ = self.attention(x, x, x, attn_mask=hidden.repeat_interleave(self.attention.num_heads, 0), need_weights=False)
        s = self.norms[0](x + attended)
        return self.norms[1](s + self.second(nn.functional.leaky_relu(self.first(s))))

    def weights(self, path):
        """A bias of the keys is the same for all scores of a query: ctrflow has none."""
        attention = self.attention
        part = lambda k: lambda tensor: tensor.chunk(3)[k].t()
        maps = [Weight(f"{path}/attention/{name}/kernel", [attention.in_proj_weight], part(k)) for k, name in enumerate(["query", "key", "value"])]
        biases = [Weight(f"{path}/attention/{name}/bias", [attention.in_proj_bias], part(k)) for k, name in [(0, "query"), (2, "value")]]
        norms = [weight for l, norm in enumerate(self.norms) for weight in layer_norm(f"{path}/layer_norm_{l + 1}", norm)]
        layers = dense(f"{path}/dense_1", self.first) + dense(f"{path}/dense_2", self.second)
        return maps + biases + dense(f"{path}/attention/output", attention.out_proj) + norms + layers


class BST(HistoryModel):
    """Events, padded in front, and the target after them, each with the vector of its place. Pooling and masks as FuxiCTR's, except that `concat` has zeros where padding is:
    FuxiCTR lays the outputs of padding side by side with those of events."""

    def __init__(self, features, dim, histories, network, *, heads=2, blocks=1, pooling="mean", positions=True):
        lengths = {feature.name: feature.max_len + 1 for feature in features}
        self_sizes = [(len(history) + positions) * dim for history in histories]
        places = [lengths[history[0][0]] for history in histories]
        super().__init__(features, dim, histories, network, [s * n if pooling == "concat" else s for s, n in zip(self_sizes, places)])
        self.pooling, self.with_positions = pooling, positions
        self.positions = nn.ParameterList(torch.empty(n, dim) for n in places if positions)
        self.blocks = nn.ModuleList(nn.ModuleList(TransformerBlock(size, heads) for _ in range(blocks)) for size in self_sizes)

    def vector(self, k, events, target, mask):
        x = torch.cat([events, target.unsqueeze(1)], 1)
        if self.with_positions:
            x = torch.cat([x, self.positions[k].expand(len(x), -1, -1)], -1)
        real = torch.cat([mask, torch.ones(len(x), 1, dtype=torch.bool)], 1)
        hidden = ~real.unsqueeze(1) & ~torch.eye(x.shape[1], dtype=torch.bool)
        for block in self.blocks[k]:
            x = block(x, hidden)
        x = x * real.unsqueeze(-1)
        if self.pooling == "mean":
            return x.sum(1) / real.sum(1, keepdim=True)
        return {"sum": x.sum(1), "target": x[:, -1], "concat": x.flatten(1)}[self.pooling]

    def history_weights(self, k):
        """ctrflow's positions are distances from the target."""
        positions = [Weight(f"positions_{k + 1}/table", [self.positions[k]], lambda table: table.flip(0))] if self.with_positions else []
        return positions + [weight for l, block in enumerate(self.blocks[k]) for weight in block.weights(f"block_{k + 1}_{l + 1}")]


def with_dice(network):
    """FuxiCTR's MLP_Block takes Dice as layers only."""
    if network.get("hidden_activations") != "Dice":
        return network
    return {**network, "hidden_activations": [Dice(units) for units in network["hidden_units"]]}
