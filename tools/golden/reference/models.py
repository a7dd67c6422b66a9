"""Models without histories, put together from FuxiCTR's layers as its model zoo does: it is not in the package. Each maps inputs by name to logits [B, 1]."""

import torch
from fuxictr.pytorch.layers import CrossNetMix, CrossNetV2, FactorizationMachine, FeatureEmbedding, LogisticRegression, MLP_Block
from torch import nn

from .features import feature_map
from .weights import Weight, dense, layer_norm, mlp, stacked, tables


class LR(nn.Module):
    """All of it is FuxiCTR's."""

    def __init__(self, features):
        super().__init__()
        self.features = features
        self.lr = LogisticRegression(feature_map(features, 1))

    def forward(self, inputs):
        return self.lr(inputs)

    def weights(self):
        return linear_weights(self.lr, self.features)


class FM(nn.Module):
    """All of it is FuxiCTR's."""

    def __init__(self, features, dim):
        super().__init__()
        self.features = features
        self.embedding = FeatureEmbedding(feature_map(features, dim), dim)
        self.fm = FactorizationMachine(feature_map(features, dim))

    def forward(self, inputs):
        return self.fm(inputs, self.embedding(inputs))

    def weights(self):
        return tables("embedding", self.embedding.embedding_layer, self.features) + linear_weights(self.fm.lr_layer, self.features)


class DeepFM(FM):
    """Its parts are FuxiCTR's, the sum is the script's."""

    def __init__(self, features, dim, **network):
        super().__init__(features, dim)
        self.mlp = MLP_Block(input_dim=len(features) * dim, output_dim=1, **network)

    def forward(self, inputs):
        embeddings = self.embedding(inputs)
        return self.fm(inputs, embeddings) + self.mlp(embeddings.flatten(start_dim=1))

    def weights(self):
        return super().weights() + mlp("deep", self.mlp)


class MaskBlock(nn.Module):
    """The mask is an MLP_Block of FuxiCTR, the block around it is the script's."""

    def __init__(self, embedding_size, size, units, ratio, normalized):
        super().__init__()
        self.mask = MLP_Block(input_dim=embedding_size, hidden_units=[int(size * ratio)], output_dim=size)
        self.dense = nn.Linear(size, units, bias=False)
        self.norm = nn.LayerNorm(units) if normalized else nn.Identity()

    def forward(self, embeddings, hidden):
        return torch.relu(self.norm(self.dense(self.mask(embeddings) * hidden)))

    def weights(self, path):
        first, _, second = self.mask.mlp
        norm = layer_norm(f"{path}/layer_norm", self.norm) if isinstance(self.norm, nn.LayerNorm) else []
        return dense(f"{path}/mask_1", first) + dense(f"{path}/mask_2", second) + dense(f"{path}/dense", self.dense) + norm


class MaskNet(nn.Module):
    """Embeddings, masks and the last layers are FuxiCTR's; norms, blocks and how they stand to each other are the script's."""

    def __init__(self, features, dim, structure, block_units, hidden_units, ratio, normalized=True):
        super().__init__()
        self.features, self.structure = features, structure
        self.embedding = FeatureEmbedding(feature_map(features, dim), dim)
        self.norms = nn.ModuleList(nn.LayerNorm(dim) for _ in features) if normalized else []
        size = len(features) * dim
        below = [size, *block_units] if structure == "serial" else [size] * len(block_units)
        self.blocks = nn.ModuleList(MaskBlock(size, below[k], units, ratio, normalized) for k, units in enumerate(block_units))
        out = block_units[-1] if structure == "serial" else sum(block_units)
        self.mlp = MLP_Block(input_dim=out, hidden_units=hidden_units, output_dim=1)

    def forward(self, inputs):
        embeddings = self.embedding(inputs)
        normalized = torch.stack([norm(embeddings[:, f]) for f, norm in enumerate(self.norms)], 1) if self.norms else embeddings
        v, hidden = embeddings.flatten(start_dim=1), normalized.flatten(start_dim=1)
        if self.structure == "serial":
            for block in self.blocks:
                hidden = block(v, hidden)
        else:
            hidden = torch.cat([block(v, hidden) for block in self.blocks], 1)
        return self.mlp(hidden)

    def weights(self):
        names = [("gamma", "weight"), ("beta", "bias")] if self.norms else []
        norms = [Weight(f"embedding_norm/{ours}", [getattr(norm, theirs) for norm in self.norms], stacked) for ours, theirs in names]
        blocks = [weight for k, block in enumerate(self.blocks) for weight in block.weights(f"block_{k + 1}")]
        return tables("embedding", self.embedding.embedding_layer, self.features) + norms + blocks + mlp("deep", self.mlp)


class DCNv2(nn.Module):
    """Cross networks, the deep network and embeddings are FuxiCTR's; how they stand to each other is the script's."""

    def __init__(self, features, dim, structure, hidden_units, layers, experts=0, rank=0):
        super().__init__()
        self.features, self.structure = features, structure
        self.embedding = FeatureEmbedding(feature_map(features, dim), dim)
        size = len(features) * dim
        self.cross = CrossNetMix(size, layers, rank, experts) if experts > 0 else CrossNetV2(size, layers)
        self.mlp = MLP_Block(input_dim=size, hidden_units=hidden_units, output_dim=1 if structure == "stacked" else None)
        self.output = nn.Linear(size + hidden_units[-1], 1) if structure == "parallel" else None

    def forward(self, inputs):
        x = self.embedding(inputs).flatten(start_dim=1)
        crossed = self.cross(x)
        return self.mlp(crossed) if self.structure == "stacked" else self.output(torch.cat([crossed, self.mlp(x)], 1))

    def weights(self):
        own = tables("embedding", self.embedding.embedding_layer, self.features) + mlp("deep", self.mlp, output=self.structure == "stacked")
        output = dense("output", self.output) if self.structure == "parallel" else []
        if isinstance(self.cross, CrossNetV2):
            return own + output + [weight for l, layer in enumerate(self.cross.cross_layers, 1) for weight in dense(f"cross/layer_{l}", layer)]
        gates = Weight("cross/gate/kernel", [gate.weight for gate in self.cross.gating], lambda *gates: torch.cat(gates).t())
        return own + output + [gates] + [weight for l in range(self.cross.layer_num) for weight in self.mixture(l)]

    def mixture(self, l):
        """FuxiCTR's experts are `[K, in, r]`, `[K, r, r]` and `[K, in, r]`, for columns; ctrflow's stand side by side, for rows."""
        return [
            Weight(f"cross/layer_{l + 1}/v", [self.cross.V_list[l]], lambda v: v.permute(1, 0, 2).flatten(start_dim=1)),
            Weight(f"cross/layer_{l + 1}/c", [self.cross.C_list[l]], lambda c: c.transpose(1, 2)),
            Weight(f"cross/layer_{l + 1}/u", [self.cross.U_list[l]], lambda u: u.transpose(1, 2).flatten(end_dim=1)),
            Weight(f"cross/layer_{l + 1}/bias", [self.cross.bias[l]], lambda bias: bias.flatten()),
        ]


def linear_weights(lr, features):
    """FuxiCTR's LogisticRegression has tables of its own for all features, of one number a row."""
    return [Weight("linear/bias", [lr.bias]), *tables("linear", lr.embedding_layer.embedding_layer, features)]
