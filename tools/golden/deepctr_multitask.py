"""Golden logits, losses and gradients of MMoE and ESMM from DeepCTR, in float64: python tools/golden/deepctr_multitask.py (environment: tools/bench/setup tensorflow).

The models are DeepCTR's own. Its gates may have hidden layers, of which it takes one or more; the paper's have none, and neither have these. What is minimized is the sum of the mean
cross-entropies of both labels, as in both papers.
"""

from reference.deepctr import as_it_is, dense, numbers, random_values, tensor_json, write

import numpy as np
import tensorflow as tf

from deepctr.feature_column import SparseFeat
from deepctr.layers.core import DNN
from deepctr.models.multitask import esmm, mmoe

FIELDS, DIM, ROWS, VALUES = ("user", "item", "city"), 3, 12, 8
TARGETS = ("click", "purchase")
EXPERTS, EXPERT, TOWER = 3, (6, 4), (5,)


def without_empty(units, *arguments, **options):
    return DNN(units, *arguments, **options) if units else tf.keras.layers.Identity(name=options["name"])


mmoe.DNN = without_empty


def tower(paths, path, layers, output, bias):
    dense(paths, path, layers)
    paths[f"{path}/output/kernel"] = (output.kernel, as_it_is)
    paths[f"{path}/output/bias"] = (bias.global_bias, as_it_is)


def of_class(model, name):
    return [layer for layer in model.layers if layer.__class__.__name__ == name]


def paths_of_mmoe(model):
    paths = {}
    for e in range(EXPERTS):
        dense(paths, f"expert_{e + 1}", model.get_layer(f"expert_{e}"))
    outputs = [layer for layer in of_class(model, "Dense") if not layer.name.startswith("gate_softmax")]
    for target, output in zip(TARGETS, outputs, strict=True):
        paths[f"gate/{target}/kernel"] = (model.get_layer(f"gate_softmax_{target}").kernel, as_it_is)
        tower(paths, f"tower/{target}", model.get_layer(f"tower_{target}"), output, model.get_layer(target))
    return paths


def paths_of_esmm(model):
    paths = {}
    for path, *layers in zip(("click", "conversion"), of_class(model, "DNN"), of_class(model, "Dense"), of_class(model, "PredictionLayer"), strict=True):
        tower(paths, f"tower/{path}", *layers)
    return paths


def record(name, options, model, paths, seed):
    random = np.random.default_rng(seed)
    for field in FIELDS:
        paths[f"embedding/{field}"] = (model.get_layer(f"sparse_emb_{field}").embeddings, as_it_is)
    assert {variable.ref() for variable, _ in paths.values()} == {variable.ref() for variable in model.trainable_variables}
    for path, (variable, _) in paths.items():
        variable.assign(random_values(random, path, variable.shape))
    ids = {field: random.integers(1, VALUES, ROWS) for field in FIELDS}
    click = random.integers(0, 2, ROWS)
    labels = {"click": click, "purchase": click * random.integers(0, 2, ROWS)}
    variables = [variable for variable, _ in paths.values()]
    with tf.GradientTape() as tape:
        found = [tf.reshape(output, [-1]) for output in model({field: column.reshape(-1, 1) for field, column in ids.items()})]
        assert all(output.dtype == tf.float64 for output in found)
        losses = [-tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p)) for y, p in zip(labels.values(), found)]
        loss = tf.add_n(losses)
    gradients = [tf.convert_to_tensor(gradient).numpy() for gradient in tape.gradient(loss, variables)]
    return {
        "name": name,
        "training": False,
        "options": {"embeddingDim": DIM, **options},
        "fields": [{"name": field, "kind": "categorical"} for field in FIELDS],
        "targets": [{"name": target, "kind": "binary"} for target in TARGETS],
        "batch": {
            **{"numRows": ROWS, "ids": {field: column.tolist() for field, column in ids.items()}, "values": {}, "lists": {}},
            "targets": {target: label.tolist() for target, label in labels.items()},
        },
        "weights": {path: tensor_json(variable.numpy()) for path, (variable, _) in paths.items()},
        "outputs": {target: numbers(np.log(p / (1 - p))) for target, p in zip(TARGETS, (output.numpy() for output in found))},
        "losses": {target: float(own) for target, own in zip(TARGETS, losses)},
        "loss": float(loss),
        "gradients": {path: numbers(gradient) for path, gradient in zip(paths, gradients)},
        "statistics": {},
    }


COLUMNS = [SparseFeat(field, VALUES, embedding_dim=DIM) for field in FIELDS]
COMMON = {"l2_reg_embedding": 0, "task_names": TARGETS}

made = mmoe.MMOE(COLUMNS, num_experts=EXPERTS, expert_dnn_hidden_units=EXPERT, tower_dnn_hidden_units=TOWER, **COMMON)
options = {"numExperts": EXPERTS, "expertUnits": list(EXPERT), "towerUnits": list(TOWER)}
write("mmoe", "deepctr_multitask.py", [record("MMoE", options, made, paths_of_mmoe(made), 1)])

made = esmm.ESMM(COLUMNS, tower_dnn_hidden_units=EXPERT, **COMMON)
write("esmm", "deepctr_multitask.py", [record("ESMM", {"hiddenUnits": list(EXPERT)}, made, paths_of_esmm(made), 2)])
