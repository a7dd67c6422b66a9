"""Runs a reference model in float64 and writes what it says."""

import json
import pathlib

import fuxictr
import torch
from fuxictr.pytorch.torch_utils import get_loss

from .weights import randomize, read_numbers_in_float64

ROOT = pathlib.Path(__file__).parents[3]


def record(name, model, features, inputs, batch, options, *, training=False, unseen=()):
    """One case: inputs, weights, logits, FuxiCTR's loss and the gradient of every weight, under ctrflow's names.

    `unseen` names parameters of the reference that its logits do not depend on, which ctrflow does without. A model may have a loss of its own, `model.loss`.
    """
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    randomize(model, generator)
    read_numbers_in_float64(model)
    model.train(training)
    weights = model.weights()
    stored = {weight.path: tensor_json(weight.value()) for weight in weights}
    logits = model(inputs)
    labels = torch.tensor(batch["label"], dtype=torch.float64).unsqueeze(1)
    loss = get_loss("binary_crossentropy")(torch.sigmoid(logits), labels, reduction="mean") + getattr(model, "loss", 0)
    loss.backward()
    require_all_parameters(model, weights, unseen)
    return {
        "name": name,
        "training": training,
        "options": options,
        "fields": [feature.ctrflow_field() for feature in features],
        "batch": batch,
        "weights": stored,
        "logits": numbers(logits),
        "loss": loss.item(),
        "gradients": {weight.path: numbers(weight.gradient()) for weight in weights if weight.trained},
        "statistics": {weight.path: numbers(weight.value()) for weight in weights if not weight.trained} if training else {},
    }


def write(package, cases):
    path = ROOT / "packages/models" / package / "test/golden/fuxictr.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    made_by = f"tools/golden/fuxictr_models.py, fuxictr {fuxictr.__version__}, torch {torch.__version__.split('+')[0]}"
    path.write_text(json.dumps({"madeBy": made_by, "cases": cases}, separators=(",", ":")) + "\n")


def tensor_json(tensor):
    return {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}


def numbers(tensor):
    """Nine digits, two more than float32 holds; 0 for what is a rounding, such as the gradient of a bias before batch normalization."""
    return [float(f"{value:.9g}") if abs(value) > 1e-14 else 0 for value in tensor.flatten().tolist()]


def require_all_parameters(model, weights, unseen):
    mapped = {id(part) for weight in weights for part in weight.parts}
    for name, parameter in model.named_parameters():
        if id(parameter) not in mapped:
            assert any(name.endswith(end) for end in unseen), f"{name} has no path"
            assert parameter.grad is None or parameter.grad.abs().max() < 1e-15, f"{name} has a gradient"
