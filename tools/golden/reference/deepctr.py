"""What the golden files of DeepCTR's models have in common: TensorFlow in float64, weights under ctrflow's paths, and how a case is written. Imported before TensorFlow."""

import json
import math
import os
import pathlib

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import deepctr
import numpy as np
import tensorflow as tf

tf.keras.backend.set_floatx("float64")

ROOT = pathlib.Path(__file__).parents[3]


class Double:
    """TensorFlow whose float32 is float64: DeepCTR asks for float32 by name."""

    float32 = tf.float64

    def __getattr__(self, name):
        return getattr(tf, name)


def as_it_is(values):
    return values


def layer_of(model, name):
    return next(layer for layer in model.layers if layer.__class__.__name__ == name)


def dense(paths, path, layers):
    """Kernels and biases of a DeepCTR DNN."""
    for l, (kernel, offset) in enumerate(zip(layers.kernels, layers.bias), 1):
        paths[f"{path}/dense_{l}/kernel"] = (kernel, as_it_is)
        paths[f"{path}/dense_{l}/bias"] = (offset, as_it_is)


def activation_unit(paths, path, unit):
    """The kernel behind the layers; its bias is left to the caller, because a softmax does not see it."""
    dense(paths, path, unit.dnn)
    paths[f"{path}/output/kernel"] = (unit.kernel, as_it_is)


def last_layers(paths, deep, output, bias):
    dense(paths, "deep", deep)
    paths["deep/output/kernel"] = (output.kernel, as_it_is)
    paths["deep/output/bias"] = (bias.global_bias, as_it_is)


def random_values(random, path, shape):
    """Numbers that float32 holds; zeros where padding looks."""
    values = random.uniform(-0.7, 0.7, shape).astype(np.float32)
    if path.startswith("embedding/"):
        values[0] = 0
    return values


def case_of(*, name, options, fields, batch, weights, neutral, logits, loss, gradients):
    """One case, under ctrflow's paths and in its layout. `neutral` are weights that DeepCTR does without, at values that do nothing."""
    assert all(math.isfinite(logit) for logit in logits)
    return {
        "name": name,
        "training": False,
        "options": options,
        "fields": fields,
        "batch": batch,
        "weights": {path: tensor_json(values) for path, values in {**weights, **neutral}.items()},
        "withoutReference": list(neutral),
        "logits": numbers(logits),
        "loss": float(loss),
        "gradients": {path: numbers(gradient) for path, gradient in gradients.items()},
        "statistics": {},
    }


def tensor_json(values):
    return {"shape": list(values.shape), "data": [float(f"{value:.9g}") for value in values.ravel()]}


def numbers(values):
    """Nine digits, two more than float32 holds; 0 for what is a rounding."""
    return [float(f"{value:.9g}") if abs(value) > 1e-14 else 0 for value in values.ravel().tolist()]


def write(package, script, cases):
    path = ROOT / "packages/models" / package / "test/golden/deepctr.json"
    made_by = f"tools/golden/{script}, deepctr {deepctr.__version__}, tensorflow {tf.__version__}"
    path.write_text(json.dumps({"madeBy": made_by, "cases": cases}, separators=(",", ":")) + "\n")
