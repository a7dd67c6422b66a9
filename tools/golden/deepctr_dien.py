"""Golden logits, loss and gradients of DIEN from DeepCTR, in float64: python tools/golden/deepctr_dien.py (environment: tools/bench/setup tensorflow).

The model is DeepCTR's own `DIEN` as it is, which follows the code of the paper's authors: AIGRU, AGRU and AUGRU with the attention of DIN's local activation unit, and the auxiliary
loss. DeepCTR takes the mean of that loss over all places, padding included; in its case no place is empty. Not compared is `gru_type="GRU"`, where DeepCTR reads the second GRU's states by
attention and ctrflow its last state. The layers of the attention and of the auxiliary loss are made smaller, (5, 3) and (4, 3) in place of (64, 16) and (100, 50).

DeepCTR's recurrent layers were written for TensorFlow 1: they run as a graph, and ask for functions under names that TensorFlow has moved.
"""

import functools
import re

from reference.deepctr import Double, activation_unit, as_it_is, case_of, dense, last_layers, layer_of, random_values, write

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import array_ops, array_ops_stack, cond, control_flow_assert, control_flow_ops, while_loop
from tensorflow.python.util import nest

tf.compat.v1.disable_eager_execution()
array_ops.stack, array_ops.unstack = array_ops_stack.stack, array_ops_stack.unstack
control_flow_ops.Assert, control_flow_ops.cond, control_flow_ops.while_loop = control_flow_assert.Assert, cond.cond, while_loop.while_loop
nest.is_sequence = nest.is_nested

from deepctr.feature_column import SparseFeat, VarLenSparseFeat
from deepctr.layers import sequence
from deepctr.models.sequence import dien

sequence.tf = dien.tf = Double()

T, DIM, ROWS, VALUES = 4, 2, 10, 8
HIDDEN, UNITS, JUDGE = (4,), (5, 3), (4, 3)
COLUMNS = {"item": "items", "category": "categories"}
FIELDS = [
    {"name": "user", "kind": "categorical"},
    {"name": "item", "kind": "categorical"},
    {"name": "category", "kind": "categorical"},
    {"name": "items", "kind": "sequence", "shareTable": "item", "history": "clicks", "maxLength": T},
    {"name": "categories", "kind": "sequence", "shareTable": "category", "history": "clicks", "maxLength": T},
]
H = DIM * len(COLUMNS)

OriginalDNN = dien.DNN


@functools.wraps(OriginalDNN)
def smaller_judge(units, *arguments, **options):
    return OriginalDNN((*JUDGE, 1) if units == [100, 50, 1] else units, *arguments, **options)


dien.DNN = smaller_judge


def columns(negatives):
    fields = [SparseFeat(name, VALUES, embedding_dim=DIM) for name in ("user", *COLUMNS)]
    shared = lambda prefix, name: VarLenSparseFeat(SparseFeat(prefix + name, VALUES, embedding_dim=DIM, embedding_name=name), maxlen=T, length_name="seq_length")
    return fields + [shared(prefix, name) for prefix in ("hist_", *(["neg_hist_"] if negatives else [])) for name in COLUMNS]


def random_rows(random, full):
    """With `full` all histories are of T events of two items, so that the negative of an event can only be the other one."""
    lengths = [T] * ROWS if full else [0, 1, T, *random.integers(0, T + 1, ROWS - 3).tolist()]
    draw = lambda n, first: first + random.integers(0, 2, n) if full else random.integers(1, VALUES, n)
    if full:
        items = [draw(n, 2) for n in lengths]
        events = {"item": items, "category": [item + 2 for item in items]}
    else:
        events = {name: [draw(n, 1) for n in lengths] for name in COLUMNS}
    ids = {name: random.integers(1, VALUES, ROWS) for name in ("user", *COLUMNS)}
    return lengths, events, ids, random.integers(0, 2, ROWS)


def inputs_of(lengths, events, ids):
    padded = lambda rows: np.array([[*row, *[0] * (T - len(row))] for row in rows])
    other = {"item": 5, "category": 9}
    inputs = {**{name: values.reshape(-1, 1) for name, values in ids.items()}, "seq_length": np.array(lengths).reshape(-1, 1)}
    for name, rows in events.items():
        inputs[f"hist_{name}"] = padded(rows)
        inputs[f"neg_hist_{name}"] = padded([other[name] - row for row in rows])
    return inputs


def batch_of(events, ids, label):
    lists = {COLUMNS[name]: {"offsets": np.cumsum([0, *map(len, rows)]).tolist(), "ids": [int(id) for row in rows for id in row]} for name, rows in events.items()}
    return {"numRows": ROWS, "ids": {name: values.tolist() for name, values in ids.items()}, "values": {}, "lists": lists, "label": label.tolist()}


def gru(kind, variables):
    """TensorFlow 1 keeps of the state what ctrflow takes of the candidate, so that the update gate's weights have the other sign; [x, h] have one kernel, and there is one bias."""
    gate_kernel, gate_bias, kernel, bias = variables

    def columns_of(gates, candidate):
        reset, update = np.split(gates, 2, axis=-1)
        return np.concatenate([*([] if kind == "agru" else [-update]), reset, candidate], axis=-1)

    return {
        "kernel": ((gate_kernel, kernel), lambda gates, candidate: columns_of(gates[:H], candidate[:H])),
        "recurrent_kernel": ((gate_kernel, kernel), lambda gates, candidate: columns_of(gates[H:], candidate[H:])),
        "bias": ((gate_bias, bias), columns_of),
    }


def paths_of(model, kind, softmax, negatives):
    """Every trained weight under its path here: (its variables, how their values are laid out here). Keras does not know the weights of DeepCTR's own cells, TensorFlow does."""
    variables = tf.compat.v1.trainable_variables()
    cell = lambda name: [variable for variable in variables if variable.name.startswith(f"{name}/")]
    single, paths = {}, {}
    unit = layer_of(model, "AttentionSequencePoolingLayer").local_att
    activation_unit(single, "attention_1", unit)
    if not softmax:
        single["attention_1/output/bias"] = (unit.bias, as_it_is)
    network = {tuple(layer.hidden_units): layer for layer in model.layers if isinstance(layer, OriginalDNN)}
    last_layers(single, network[HIDDEN], layer_of(model, "Dense"), layer_of(model, "PredictionLayer"))
    if negatives:
        dense(single, "auxiliary_1", network[*JUDGE, 1])
        for name in ("kernel", "bias"):
            single[f"auxiliary_1/output/{name}"] = single.pop(f"auxiliary_1/dense_{len(JUDGE) + 1}/{name}")
    for name in ("user", *COLUMNS):
        table = next(v for v in variables if v.name.endswith(f"_{name}/embeddings:0"))
        single[f"embedding/{name}"] = (table, as_it_is)
    for path, (variable, layout) in single.items():
        paths[path] = ((variable,), layout)
    for path, layer, own in (("extractor_1", "gru1", "gru"), ("evolution_1", "gru2", kind)):
        paths.update({f"{path}/{name}": weight for name, weight in gru(own, cell(layer)).items()})
    named = {variable.name for parts, _ in paths.values() for variable in parts} | {unit.bias.name}
    assert {variable.name for variable in variables} == named, {variable.name for variable in variables} ^ named
    return paths


def neutral(kind):
    return {"extractor_1/recurrent_bias": np.zeros(3 * H), "evolution_1/recurrent_bias": np.zeros((2 if kind == "agru" else 3) * H)}


def record(name, kind, seed, *, softmax=True, alpha=0):
    tf.keras.backend.clear_session()
    session, negatives = tf.compat.v1.keras.backend.get_session(), alpha > 0
    random = np.random.default_rng(seed)
    options = {"use_negsampling": negatives, "alpha": alpha, "dnn_hidden_units": HIDDEN, "att_hidden_units": UNITS, "att_activation": "sigmoid", "l2_reg_embedding": 0}
    model = dien.DIEN(columns(negatives), list(COLUMNS), gru_type=kind.upper(), att_weight_normalization=softmax, **options)
    paths = paths_of(model, kind, softmax, negatives)
    lengths, events, ids, label = random_rows(random, full=negatives)
    inputs = inputs_of(lengths, events, ids)
    variables = {variable.name: variable for parts, _ in paths.values() for variable in parts}
    for path, (parts, _) in paths.items():
        for variable in parts:
            variable.load(random_values(random, path, variable.shape), session)
    probability = tf.reshape(model.outputs[0], [-1])
    assert probability.dtype == tf.float64
    loss = -tf.reduce_mean(label * tf.math.log(probability) + (1 - label) * tf.math.log(1 - probability)) + sum(model.losses)
    gradients = tf.gradients(loss, list(variables.values()))
    found = [tf.zeros_like(variable) if gradient is None else tf.convert_to_tensor(gradient) for variable, gradient in zip(variables.values(), gradients)]
    feeds = {tensor: inputs[re.sub(r"(_\d+)?:0$", "", tensor.name)] for tensor in model.inputs}
    logits, loss, values, found = session.run([tf.math.log(probability / (1 - probability)), loss, variables, dict(zip(variables, found))], feeds)
    laid = lambda numbers: {path: layout(*(numbers[variable.name] for variable in parts)) for path, (parts, layout) in paths.items()}
    return case_of(
        name=name,
        options={
            **{"embeddingDim": DIM, "hiddenUnits": list(HIDDEN), "evolution": "augru-raised" if kind == "augru" else kind, "resetAfter": False},
            **{"activationUnit": "mlp", "attentionUnits": list(UNITS), "attentionActivation": "sigmoid", "attentionSoftmax": softmax},
            **{"auxiliaryWeight": alpha, "auxiliaryUnits": list(JUDGE), "auxiliaryActivation": "sigmoid"},
        },
        fields=FIELDS,
        batch=batch_of(events, ids, label),
        weights=laid(values),
        neutral=neutral(kind),
        logits=logits,
        loss=loss,
        gradients=laid(found),
    )


cases = [
    record("AIGRU", "aigru", 1),
    record("AGRU", "agru", 2),
    record("AUGRU", "augru", 3),
    record("AUGRU without softmax", "augru", 4, softmax=False),
    record("AUGRU with auxiliary loss", "augru", 5, alpha=0.5),
]
write("dien", "deepctr_dien.py", cases)
