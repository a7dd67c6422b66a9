"""Golden logits, loss and gradients of DSIN from DeepCTR, in float64: python tools/golden/deepctr_dsin.py (environment: tools/bench/setup tensorflow).

The model is DeepCTR's own `DSIN`, with what departs from the paper put right:
- `blinding` is off: the paper's events attend to themselves too (a session of one event would attend to nothing, in DeepCTR to its padding);
- one Bi-LSTM layer whose directions are added, without dropout, in place of two that are averaged;
- in the case "masked", a session's interest is the mean over its events, and the Bi-LSTM passes over sessions that are not there: DeepCTR takes the mean over all places, padding
  included, and runs the Bi-LSTM over the empty sessions. In the case "full" no place is empty, and both are DeepCTR's code as it is.
The activation units are made smaller, (5, 3) in place of (64, 16).
"""

import functools

from reference.deepctr import Double, activation_unit, as_it_is, case_of, last_layers, layer_of, random_values, write

import numpy as np
import tensorflow as tf
from deepctr.feature_column import SparseFeat, VarLenSparseFeat
from deepctr.layers import sequence
from deepctr.models.sequence import dsin

K, T, DIM, ROWS, VALUES = 3, 4, 2, 10, 8
HIDDEN, UNITS = (6, 4), (5, 3)
COLUMNS = {"item": "items", "category": "categories"}
FIELDS = [
    {"name": "user", "kind": "categorical"},
    {"name": "item", "kind": "categorical"},
    {"name": "category", "kind": "categorical"},
    {"name": "items", "kind": "sequence", "shareTable": "item", "history": "clicks", "sessions": {"times": "when", "maxSessions": K, "maxSessionLength": T}},
    {"name": "categories", "kind": "sequence", "shareTable": "category", "history": "clicks"},
]
OPTIONS = {
    **{"embeddingDim": DIM, "hiddenUnits": list(HIDDEN), "numHeads": 2, "layerNorm": False},
    **{"activationUnit": "mlp", "attentionUnits": list(UNITS), "attentionActivation": "sigmoid"},
}


sequence.tf = Double()


class MaskedTransformer(sequence.Transformer):
    """The mean over the events of a session; 0 for a session without any."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, output_type=None, **options)

    def call(self, inputs, mask=None, training=None, **options):
        result = super().call(inputs, mask=mask, training=training, **options)
        events = tf.cast(mask[0], tf.float64)[:, :, None]
        return tf.reduce_sum(result * events, 1, keepdims=True) / tf.maximum(tf.reduce_sum(events, 1, keepdims=True), 1)


class MaskedBiLSTM(sequence.BiLSTM):
    """Passes over sessions that are not there: those whose interest is 0."""

    def call(self, inputs, mask=None, **options):
        sessions = tf.reduce_any(tf.not_equal(inputs, 0), -1)
        forward = self.fw_lstm[0](inputs, mask=sessions)
        backward = tf.reverse(self.bw_lstm[0](inputs, mask=sessions), [1])
        return forward + backward


def corrected(transformer, bi_lstm):
    """DeepCTR's DSIN from these layers."""

    def self_attention(*arguments, **options):
        return transformer(*arguments, **{**options, "blinding": False})

    def interaction(units, **options):
        return bi_lstm(units, layers=1, dropout_rate=0, merge_mode="sum")

    dsin.Transformer, dsin.BiLSTM = self_attention, interaction
    dsin.AttentionSequencePoolingLayer = pooling
    columns = [SparseFeat(name, VALUES, embedding_dim=DIM) for name in ("user", *COLUMNS)]
    for k in range(K):
        columns += [VarLenSparseFeat(SparseFeat(f"sess_{k}_{name}", VALUES, embedding_dim=DIM, embedding_name=name), maxlen=T) for name in COLUMNS]
    return dsin.DSIN(columns, list(COLUMNS), sess_max_count=K, bias_encoding=True, att_embedding_size=DIM, att_head_num=2, dnn_hidden_units=HIDDEN)


original_pooling = dsin.AttentionSequencePoolingLayer


@functools.wraps(original_pooling)
def pooling(att_hidden_units, **options):
    return original_pooling(att_hidden_units=UNITS, **options)


def random_rows(random, full):
    """Sessions of each row as lists of their lengths; ids of every column."""
    lengths = [[T] * K if full else [int(random.integers(1, T + 1)) for _ in range(int(random.integers(0, K + 1)))] for _ in range(ROWS)]
    if not full:
        lengths[:3] = [[], [1], [T] * K]
    events = {name: [[random.integers(1, VALUES, n) for n in row] for row in lengths] for name in COLUMNS}
    ids = {name: random.integers(1, VALUES, ROWS) for name in ("user", *COLUMNS)}
    label = random.integers(0, 2, ROWS)
    return lengths, events, ids, label


def inputs_of(lengths, events, ids):
    inputs = {name: values for name, values in ids.items()}
    for name in COLUMNS:
        for k in range(K):
            places = np.zeros((ROWS, T), int)
            for b, sessions in enumerate(events[name]):
                if k < len(sessions):
                    places[b, : len(sessions[k])] = sessions[k]
            inputs[f"sess_{k}_{name}"] = places
    inputs["sess_length"] = np.array([[len(row)] for row in lengths])
    return inputs


def batch_of(lengths, events, ids, label):
    def laid(sessions):
        """Places of all sessions, each with its weight; the last session ends with its last event."""
        last = len(sessions) - 1
        return [(int(id), 1) for k, session in enumerate(sessions) for id in [*session, *([-1] * (T - len(session)) if k < last else [])]]

    lists = {}
    for name, column in COLUMNS.items():
        rows = [laid(sessions) for sessions in events[name]]
        places = [place for row in rows for place in row]
        lists[column] = {
            "offsets": np.cumsum([0, *(len(row) for row in rows)]).tolist(),
            "ids": [max(id, 0) for id, _ in places],
            "weights": [0 if id < 0 else 1 for id, _ in places],
        }
    return {"numRows": ROWS, "ids": {name: values.tolist() for name, values in ids.items()}, "values": {}, "lists": lists, "label": label.tolist()}


def gates(kernel):
    """Columns i, f, g, o of Keras as i, f, o, g."""
    i, f, g, o = np.split(kernel, 4, axis=-1)
    return np.concatenate([i, f, o, g], axis=-1)


def paths_of(model):
    """Every trained weight under its path here: (variable, how its values are laid out here)."""
    attention, lstm = (next(layer for layer in model.layers if isinstance(layer, kind)) for kind in (sequence.Transformer, sequence.BiLSTM))
    encoding = next(layer for layer in model.layers if isinstance(layer, sequence.BiasEncoding))
    units = [layer for layer in model.layers if isinstance(layer, original_pooling)]
    paths = {
        "bias_encoding_1/session": (encoding.sess_bias_embedding, np.ravel),
        "bias_encoding_1/position": (encoding.seq_bias_embedding, np.ravel),
        "bias_encoding_1/unit": (encoding.item_bias_embedding, np.ravel),
        "self_attention_1/attention/query/kernel": (attention.W_Query, as_it_is),
        "self_attention_1/attention/key/kernel": (attention.W_key, as_it_is),
        "self_attention_1/attention/value/kernel": (attention.W_Value, as_it_is),
        "self_attention_1/dense_1/kernel": (attention.fw1, as_it_is),
        "self_attention_1/dense_2/kernel": (attention.fw2, as_it_is),
    }
    for direction, layer in (("forward", lstm.fw_lstm[0]), ("backward", lstm.bw_lstm[0])):
        for name, variable in zip(("kernel", "recurrent_kernel", "bias"), layer.weights):
            paths[f"interaction_1/{direction}/{name}"] = (variable, gates)
    for unit, path in zip(units, ("interest_activation_1", "interaction_activation_1")):
        activation_unit(paths, path, unit.local_att)
    last_layers(paths, layer_of(model, "DNN"), layer_of(model, "Dense"), layer_of(model, "PredictionLayer"))
    for name in ("user", *COLUMNS):
        table = next(layer for layer in model.layers if layer.name.endswith(f"-{name}") and layer.name.startswith("sparse_emb"))
        paths[f"embedding/{name}"] = (table.embeddings, as_it_is)
    named = {id(variable) for variable, _ in paths.values()} | {id(unit.local_att.bias) for unit in units}  # a softmax does not see that bias
    assert {id(variable) for variable in model.trainable_weights} == named
    return paths


def neutral():
    """Weights that DeepCTR does without, at values that do nothing."""
    M = DIM * len(COLUMNS)
    attention = {f"attention/{name}/bias": np.zeros(M) for name in ("query", "value", "output")}
    own = {**attention, "attention/output/kernel": np.eye(M), "dense_1/bias": np.zeros(4 * M), "dense_2/bias": np.zeros(M)}
    return {f"self_attention_1/{path}": values for path, values in own.items()}


def record(name, transformer, bi_lstm, seed, full):
    tf.keras.backend.clear_session()
    random = np.random.default_rng(seed)
    model = corrected(transformer, bi_lstm)
    paths = paths_of(model)
    for path, (variable, _) in paths.items():
        variable.assign(random_values(random, path, variable.shape))
    lengths, events, ids, label = random_rows(random, full)
    inputs = inputs_of(lengths, events, ids)
    with tf.GradientTape() as tape:
        probability = tf.reshape(model(inputs, training=False), [-1])
        assert probability.dtype == tf.float64
        loss = -tf.reduce_mean(label * tf.math.log(probability) + (1 - label) * tf.math.log(1 - probability))
    gradients = tape.gradient(loss, [variable for variable, _ in paths.values()])
    return case_of(
        name=name,
        options=OPTIONS,
        fields=FIELDS,
        batch=batch_of(lengths, events, ids, label),
        weights={path: layout(variable.numpy()) for path, (variable, layout) in paths.items()},
        neutral=neutral(),
        logits=tf.math.log(probability / (1 - probability)).numpy(),
        loss=loss,
        gradients={path: layout(tf.convert_to_tensor(gradient).numpy()) for (path, (_, layout)), gradient in zip(paths.items(), gradients)},
    )


cases = [
    record("full", sequence.Transformer, sequence.BiLSTM, 1, True),
    record("masked", MaskedTransformer, MaskedBiLSTM, 2, False),
]
write("dsin", "deepctr_dsin.py", cases)
