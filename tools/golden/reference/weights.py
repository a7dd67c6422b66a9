"""Weights of reference models under the paths of ctrflow's. A map from one to the other is linear, so that it maps gradients, too."""

from dataclasses import dataclass
from typing import Callable

import torch
from fuxictr.pytorch.layers import Dice
from torch import nn


@dataclass
class Weight:
    """A weight of ctrflow, made of tensors of the reference."""

    path: str
    parts: list
    map: Callable = lambda tensor: tensor

    @property
    def trained(self):
        return all(isinstance(part, nn.Parameter) for part in self.parts)

    def value(self):
        return self.map(*[part.detach() for part in self.parts])

    def gradient(self):
        return self.map(*[part.grad for part in self.parts])

    def assign(self, value):
        """Takes a value of ctrflow's. The map moves and negates numbers only: it says where each of them goes."""
        sizes = [part.numel() for part in self.parts]
        numbered = torch.arange(1, sum(sizes) + 1).split(sizes)
        places = self.map(*[numbers.reshape(part.shape) for numbers, part in zip(numbered, self.parts)]).flatten()
        assert len(places) == sum(sizes) and tuple(self.value().shape) == tuple(value.shape), self.path
        flat = torch.empty(sum(sizes), dtype=value.dtype)
        flat[places.abs() - 1] = value.flatten() * places.sign()
        with torch.no_grad():
            for part, numbers in zip(self.parts, flat.split(sizes)):
                part.copy_(numbers.reshape(part.shape))


def transposed(tensor):
    return tensor.t()


def stacked(*tensors):
    return torch.stack([tensor.flatten() for tensor in tensors])


def dense(path, linear):
    """PyTorch's weights are `[out, in]`, ctrflow's kernels `[in, out]`."""
    weights = [Weight(f"{path}/kernel", [linear.weight], transposed)]
    return weights if linear.bias is None else [*weights, Weight(f"{path}/bias", [linear.bias])]


def layer_norm(path, norm):
    return [Weight(f"{path}/gamma", [norm.weight]), Weight(f"{path}/beta", [norm.bias])]


def moving(path, norm):
    return [Weight(f"{path}/moving_mean", [norm.running_mean]), Weight(f"{path}/moving_variance", [norm.running_var])]


def mlp(path, block, output=True):
    """A FuxiCTR `MLP_Block` whose last linear layer is the output, unless it has none."""
    weights, hidden = [], 0
    linears = [layer for layer in block.mlp if isinstance(layer, nn.Linear)]
    for layer in block.mlp:
        if isinstance(layer, nn.Linear):
            hidden += 1
            weights += dense(f"{path}/output" if output and layer is linears[-1] else f"{path}/dense_{hidden}", layer)
        elif isinstance(layer, nn.BatchNorm1d):
            weights += layer_norm(f"{path}/batch_norm_{hidden}", layer) + moving(f"{path}/batch_norm_{hidden}", layer)
        elif isinstance(layer, Dice):
            weights += [Weight(f"{path}/dice_{hidden}/alpha", [layer.alpha]), *moving(f"{path}/dice_{hidden}", layer.bn)]
        elif isinstance(layer, nn.PReLU):
            weights.append(Weight(f"{path}/prelu_{hidden}/alpha", [layer.weight]))
    return weights


def tables(path, embeddings, features, slot=lambda feature: feature.name):
    """Tables of a FuxiCTR `FeatureEmbeddingDict`, each once, and the vectors of numbers; `slot` says what ctrflow calls a feature."""
    layers = embeddings.embedding_layers
    weights = [Weight(f"{path}/{slot(f)}", [layers[f.name].weight]) for f in features if f.kind != "numeric" and f.share is None]
    numbers = [layers[f.name].weight for f in features if f.kind == "numeric"]
    return weights + ([Weight(f"{path}/numeric", numbers, stacked)] if numbers else [])


def gru(path, layer):
    """PyTorch's gates are r, z, n, where z keeps the state; ctrflow's are u, r, n, where u = 1 - z takes the new one."""

    def ours(tensor):
        r, z, n = tensor.chunk(3)
        return torch.cat([-z, r, n]).t()

    names = [("kernel", "weight_ih_l0"), ("recurrent_kernel", "weight_hh_l0"), ("bias", "bias_ih_l0"), ("recurrent_bias", "bias_hh_l0")]
    return [Weight(f"{path}/{name}", [getattr(layer, theirs)], ours) for name, theirs in names]


def randomize(model, generator):
    """(4 k + 1) / 128, below 1/2 and exact in float32. Variances are positive, padding rows stay zero. No other row sums to 0: FuxiCTR's MaskedAveragePooling
    would take it for padding."""
    draw = lambda tensor: (4 * torch.randint(-16, 16, tensor.shape, generator=generator) + 1).double() / 128
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(draw(parameter))
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.copy_(draw(buffer))
            if name.endswith("running_var"):
                buffer.copy_(1 + draw(buffer))
        for module in model.modules():
            if isinstance(module, nn.Embedding):
                module.weight[module.padding_idx] = 0
                assert (module.weight[1:].sum(-1) != 0).all()


def read_numbers_in_float64(model):
    """FuxiCTR feeds numbers as float32, also to layers in float64."""
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.in_features == 1:
            module.register_forward_pre_hook(lambda _, inputs: (inputs[0].double(),))
