"""FuxiCTR trains a model on the rows that our encoder made, with its own loader, loop, early stopping and metrics, or takes steps from our weights."""

import json
import os
import time
from collections import OrderedDict

from protocol import serve_answers

PARTS = ("train", "valid", "test")


def read_columns(folder, part, features, rows):
    """Columns of `<part>.f64` by name, the label last; a sequence has as many as it is long."""
    import numpy

    columns = numpy.fromfile(os.path.join(folder, part + ".f64"), dtype="<f8").reshape(-1, rows)
    named, at = {}, 0
    for feature in features:
        width = feature.get("maxLength", 1)
        named[feature["name"]] = columns[at] if "maxLength" not in feature else columns[at : at + width].T
        at += width
    named["label"] = columns[at]
    return named


def feature_spec(feature, pooled):
    spec = {"source": "", "type": feature["type"]}
    if feature["type"] != "numeric":
        spec.update(padding_idx=0, vocab_size=feature["vocabSize"])
    if feature["type"] == "sequence":
        spec.update(max_len=feature["maxLength"], feature_encoder="layers.MaskedAveragePooling()" if pooled else None)
    if "shares" in feature:
        spec["share_embedding"] = feature["shares"]
    return spec


def put_weights(model, folder, features):
    """Gives a model the weights that ctrflow wrote: all of its own, and all that were written."""
    from types import SimpleNamespace

    import numpy
    import torch

    with open(os.path.join(folder, "weights.json")) as file:
        shapes = json.load(file)
    numbers = torch.from_numpy(numpy.fromfile(os.path.join(folder, "weights.f32"), dtype="<f4"))
    sizes = [torch.Size(shape).numel() for shape in shapes.values()]
    written = {path: part.reshape(shape) for (path, shape), part in zip(shapes.items(), numbers.split(sizes))}
    described = [SimpleNamespace(name=f["name"], slot=f["slot"], kind=f["type"], share=f.get("shares")) for f in features]
    weights = model.weights(described)
    mapped = {id(part) for weight in weights for part in weight.parts}
    missing = [name for name, parameter in model.named_parameters() if id(parameter) not in mapped]
    assert not missing and {weight.path for weight in weights} == set(written), (missing, set(written) ^ {weight.path for weight in weights})
    for weight in weights:
        weight.assign(written[weight.path])


class Training:
    def __init__(self, settings):
        import logging

        import numpy
        import torch
        from fuxictr.features import FeatureMap
        from fuxictr.pytorch.dataloaders import RankDataLoader
        from fuxictr_models import MODELS

        logging.disable(logging.WARNING)
        torch.set_num_threads(settings["threads"])
        folder, self.scratch = settings["folder"], settings["scratch"]
        self.folder = folder
        with open(os.path.join(folder, "settings.json")) as file:
            self.options = json.load(file)
        self.name, self.model_class = settings["variant"], MODELS[settings["variant"]]
        features, rows = self.options["features"], self.options["rows"]
        self.feature_map = FeatureMap("parity", self.scratch)
        specs = [(feature["name"], feature_spec(feature, pooled=self.name != "din")) for feature in features]
        self.feature_map.features = OrderedDict(specs)
        self.feature_map.labels = ["label"]
        self.feature_map.num_fields = self.feature_map.get_num_fields()
        self.feature_map.default_emb_dim = self.options["embeddingDim"]
        self.feature_map.set_column_index()
        os.makedirs(os.path.join(self.scratch, "parity"), exist_ok=True)
        files = {}
        for part in PARTS:
            files[part] = os.path.join(self.scratch, part + ".npz")
            numpy.savez(files[part], **read_columns(folder, part, features, rows[part]))
        self.loaders = RankDataLoader(
            self.feature_map,
            stage="both",
            train_data=files["train"],
            valid_data=files["valid"],
            test_data=files["test"],
            batch_size=self.options["batchSize"],
            shuffle=not self.options.get("paired"),
            data_format="npz",
        )
        self.rows = self.loaders[0].dataset.darray

    def model(self):
        options = self.options
        return self.model_class(
            self.feature_map,
            learning_rate=options["learningRate"],
            embedding_std=options["embeddingStdDev"],
            model=dict(
                embedding_dim=options["embeddingDim"],
                hidden_units=options["hiddenUnits"],
                dropout=options["dropout"],
                batch_norm=options["batchNorm"],
                block_units=options["blockUnits"],
                reduction_ratio=options["reductionRatio"],
                attention_units=options["attentionUnits"],
            ),
            # FuxiCTR takes a number that is no float for none.
            embedding_regularizer=float(options["l2Embedding"]),
            net_regularizer=float(options["l2Net"]),
            early_stop_patience=options["epochs"] if options["constantRate"] else options["patience"],
            reduce_lr_on_plateau=not options["constantRate"],
            task="binary_classification",
            monitor="AUC",
            metrics=["AUC", "logloss"],
            model_id=self.name,
            model_root=self.scratch,
            verbose=0,
            gpu=-1,
        )

    def lockstep(self, steps, double):
        """Losses of FuxiCTR's own training step, without regularization, from the weights in the folder; the batch is all there is to train on. In float32 its loss of
        probabilities is cut off at 100 where one rounds to 0 or 1, from logits of 17 on."""
        from reference.weights import read_numbers_in_float64

        model = self.model()
        put_weights(model, self.folder, self.options["features"])
        if double:
            model.double()
            read_numbers_in_float64(model)
            labels_of = model.get_labels
            model.get_labels = lambda inputs: labels_of(inputs).double()
        model._max_gradient_norm = self.options["clipNorm"]  # what its `fit` does
        losses, loss_of = [], model.add_loss

        def recorded(*given):
            loss = loss_of(*given)
            losses.append(loss.item())
            return loss

        model.add_loss = recorded
        model.train()
        (batch,) = self.loaders[0]
        for _ in range(steps):
            model.train_step(batch)
        return losses

    def pair(self, model):
        """Our weights and, epoch by epoch, our order of the rows: what fits a model then differs by no luck of beginnings."""
        import numpy

        put_weights(model, self.folder, self.options["features"])
        orders = numpy.fromfile(os.path.join(self.folder, "order.u32"), dtype="<u4").reshape(-1, self.options["rows"]["train"])
        dataset, remaining, train_epoch = self.loaders[0].dataset, iter(orders), model.train_epoch

        def in_order(loader):
            dataset.darray = self.rows[next(remaining)]
            train_epoch(loader)

        model.train_epoch = in_order

    def answer(self, request):
        if "steps" in request:
            return self.lockstep(request["steps"], request["double"])
        from fuxictr.pytorch.torch_utils import seed_everything

        seed_everything(request["seed"])
        train, valid, test = self.loaders
        model = self.model()
        if self.options.get("paired"):
            self.pair(model)
        started = time.perf_counter()
        model.fit(train, epochs=self.options["epochs"], validation_data=valid, max_gradient_norm=self.options["clipNorm"])
        seconds = time.perf_counter() - started
        epochs = model._epoch_index + 1
        tested = model.evaluate(test)
        return {
            "auc": float(tested["AUC"]),
            "logLoss": float(tested["logloss"]),
            "validAuc": float(model._best_metric),
            "epochs": epochs,
            "secondsPerEpoch": seconds / epochs,
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
        }


serve_answers(Training)
