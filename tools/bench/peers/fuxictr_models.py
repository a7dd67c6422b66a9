"""FuxiCTR's models, put together from its layers: its package has none but those of long sequences. Structure and defaults are those of its model zoo."""

import pathlib
import sys
from functools import partial

from fuxictr.pytorch.layers import FactorizationMachine, FeatureEmbedding, FeatureEmbeddingDict, LogisticRegression, MLP_Block
from fuxictr.pytorch.models import BaseModel
from fuxictr.pytorch.layers.attentions import DIN_Attention
import torch
from torch import nn

sys.path.append(str(pathlib.Path(__file__).parents[2] / "golden"))
from reference.weights import Weight, dense, layer_norm, mlp, stacked, tables


class CtrModel(BaseModel):
    """What all of them have in common: `build` makes the layers, `logits` is the forward pass."""

    def __init__(self, feature_map, learning_rate=1e-3, embedding_std=1e-4, model=None, **settings):
        super().__init__(feature_map, **settings)
        self.build(feature_map, **(model or {}))
        for module in self.modules():
            if isinstance(module, FeatureEmbeddingDict):
                module.embedding_initializer = partial(nn.init.normal_, std=embedding_std)
        self.compile("adam", "binary_crossentropy", learning_rate)
        self.reset_parameters()
        self.model_to_device()

    def forward(self, inputs):
        return {"y_pred": self.output_activation(self.logits(self.get_inputs(inputs)))}

    def tables(self, features, path="embedding", layer=None):
        """Under ctrflow's paths, as `weights(features)` of each model: all it has."""
        layer = layer or self.embedding_layer
        return tables(path, getattr(layer, "embedding_layer", layer), features, slot=lambda feature: feature.slot)

    def linear(self, features, layer):
        return [Weight("linear/bias", [layer.bias]), *self.tables(features, "linear", layer.embedding_layer)]


def deep_part(input_dim, hidden_units, dropout, batch_norm):
    return MLP_Block(
        input_dim=input_dim,
        output_dim=1,
        hidden_units=list(hidden_units),
        hidden_activations="relu",
        dropout_rates=dropout,
        batch_norm=batch_norm,
    )


class LR(CtrModel):
    def build(self, feature_map, **_):
        self.lr_layer = LogisticRegression(feature_map, use_bias=True)

    def logits(self, X):
        return self.lr_layer(X)

    def weights(self, features):
        return self.linear(features, self.lr_layer)


class FM(CtrModel):
    def build(self, feature_map, embedding_dim, **_):
        self.embedding_layer = FeatureEmbedding(feature_map, embedding_dim)
        self.fm = FactorizationMachine(feature_map)

    def logits(self, X):
        return self.fm(X, self.embedding_layer(X))

    def weights(self, features):
        return self.tables(features) + self.linear(features, self.fm.lr_layer)


class DNN(CtrModel):
    def build(self, feature_map, embedding_dim, hidden_units, dropout=0, batch_norm=False, **_):
        self.embedding_layer = FeatureEmbedding(feature_map, embedding_dim)
        self.mlp = deep_part(feature_map.sum_emb_out_dim(), hidden_units, dropout, batch_norm)

    def logits(self, X):
        return self.mlp(self.embedding_layer(X, flatten_emb=True))

    def weights(self, features):
        return self.tables(features) + mlp("deep", self.mlp)


class DeepFM(CtrModel):
    def build(self, feature_map, embedding_dim, hidden_units, dropout=0, batch_norm=False, **_):
        self.embedding_layer = FeatureEmbedding(feature_map, embedding_dim)
        self.fm = FactorizationMachine(feature_map)
        self.mlp = deep_part(feature_map.sum_emb_out_dim(), hidden_units, dropout, batch_norm)

    def logits(self, X):
        embeddings = self.embedding_layer(X)
        return self.fm(X, embeddings) + self.mlp(embeddings.flatten(start_dim=1))

    def weights(self, features):
        return self.tables(features) + self.linear(features, self.fm.lr_layer) + mlp("deep", self.mlp)


class MaskBlock(nn.Module):
    """`relu(LN(W (m * h)))` with `m = W2 relu(W1 v)`; the width of the mask's hidden layer is `ratio` times that of h."""

    def __init__(self, width, units, ratio, dropout):
        super().__init__()
        hidden = int(width * ratio)
        self.mask = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, width))
        layers = [nn.Linear(width, units, bias=False), nn.LayerNorm(units), nn.ReLU()]
        self.hidden = nn.Sequential(*layers, *([nn.Dropout(dropout)] if dropout > 0 else []))

    def forward(self, v, h):
        return self.hidden(self.mask(v) * h)

    def weights(self, path):
        named = dense(f"{path}/mask_1", self.mask[0]) + dense(f"{path}/mask_2", self.mask[2]) + dense(f"{path}/dense", self.hidden[0])
        return named + layer_norm(f"{path}/layer_norm", self.hidden[1])


class MaskNet(CtrModel):
    """The parallel form, with layer normalization of every field's embedding and in the blocks."""

    def build(self, feature_map, embedding_dim, hidden_units, block_units, reduction_ratio, dropout=0, **_):
        self.embedding_layer = FeatureEmbedding(feature_map, embedding_dim)
        self.norms = nn.ModuleList(nn.LayerNorm(embedding_dim) for _ in range(feature_map.num_fields))
        width = feature_map.num_fields * embedding_dim
        self.blocks = nn.ModuleList(MaskBlock(width, units, reduction_ratio, dropout) for units in block_units)
        self.mlp = deep_part(sum(block_units), hidden_units, dropout, batch_norm=False)

    def logits(self, X):
        embeddings = self.embedding_layer(X)
        normalized = torch.stack([norm(embeddings[:, i]) for i, norm in enumerate(self.norms)], dim=1)
        v, h = embeddings.flatten(start_dim=1), normalized.flatten(start_dim=1)
        return self.mlp(torch.cat([block(v, h) for block in self.blocks], dim=-1))

    def weights(self, features):
        names = [("gamma", "weight"), ("beta", "bias")]
        norms = [Weight(f"embedding_norm/{ours}", [getattr(norm, theirs) for norm in self.norms], stacked) for ours, theirs in names]
        blocks = [weight for i, block in enumerate(self.blocks) for weight in block.weights(f"block_{i + 1}")]
        return self.tables(features) + norms + blocks + mlp("deep", self.mlp)


class DIN(CtrModel):
    """Sequences that share the table of a field are histories, that field is their target; all histories are columns of one."""

    def build(self, feature_map, embedding_dim, hidden_units, attention_units, dropout=0, batch_norm=False, **_):
        shared = [(name, spec["share_embedding"]) for name, spec in feature_map.features.items() if spec["type"] == "sequence"]
        self.columns = [name for name, _ in shared]
        self.targets = [target for _, target in shared]
        self.embedding_dim = embedding_dim
        self.embedding_layer = FeatureEmbeddingDict(feature_map, embedding_dim)
        self.attention = DIN_Attention(
            embedding_dim * len(shared), attention_units=list(attention_units), hidden_activations="Dice"
        )
        self.mlp = deep_part(feature_map.sum_emb_out_dim(), hidden_units, dropout, batch_norm)

    def logits(self, X):
        embeddings = self.embedding_layer(X)
        target = torch.cat([embeddings[name] for name in self.targets], dim=-1)
        events = torch.cat([embeddings[name] for name in self.columns], dim=-1)
        pooled = self.attention(target, events, X[self.columns[0]].long() != 0)
        for name, part in zip(self.columns, pooled.split(self.embedding_dim, dim=-1)):
            embeddings[name] = part
        return self.mlp(self.embedding_layer.dict2tensor(embeddings, flatten_emb=True))

    def weights(self, features):
        return self.tables(features) + mlp("attention_1", self.attention.attention_layer) + mlp("deep", self.mlp)


MODELS = {"lr": LR, "fm": FM, "dnn": DNN, "deepfm": DeepFM, "masknet": MaskNet, "din": DIN}
