"""FuxiCTR's own training of its DeepFM: its data loader, its loop, its evaluation."""

import os
import time

from protocol import serve

SETTINGS = dict(task="binary_classification", monitor="AUC", metrics=["AUC", "logloss"], verbose=0, gpu=-1)


def encode(folder, target):
    """The files as FuxiCTR's preprocessing leaves them; not timed here (see csv_fuxictr.py)."""
    import csv

    from fuxictr.preprocess import FeatureProcessor, build_dataset

    with open(os.path.join(folder, "train.csv")) as file:
        names = next(csv.reader(file))[1:]
    processor = FeatureProcessor(
        feature_cols=[{"name": names, "active": True, "dtype": "str", "type": "categorical"}],
        label_col={"name": "label", "dtype": "float"},
        dataset_id="frappe",
        data_root=target,
    )
    return build_dataset(
        processor, train_data=os.path.join(folder, "train.csv"), valid_data=os.path.join(folder, "valid.csv")
    )


def as_npz(path):
    """The same columns in the layout of FuxiCTR's other loader, which reads into memory and feeds from a worker process."""
    import numpy
    import pandas

    frame = pandas.read_parquet(path)
    numpy.savez(path.replace(".parquet", ".npz"), **{name: frame[name].to_numpy() for name in frame.columns})
    return path.replace(".parquet", ".npz")


class Training:
    def __init__(self, settings):
        import logging

        import ray
        import torch
        from fuxictr.features import FeatureMap
        from fuxictr.pytorch.dataloaders import RankDataLoader
        from fuxictr.pytorch.torch_utils import seed_everything
        from fuxictr_models import DeepFM

        logging.disable(logging.WARNING)
        torch.set_num_threads(settings["threads"])
        seed_everything(1)
        self.sizes, self.scratch, self.model_class = settings["sizes"], settings["scratch"], DeepFM
        encoded = encode(settings["folder"], self.scratch)[:2]
        ray.shutdown()  # the loader of Parquet files starts it again
        layout = settings["variant"]
        train, valid = [as_npz(path) for path in encoded] if layout == "npz" else encoded
        self.feature_map = FeatureMap("frappe", os.path.join(self.scratch, "frappe"))
        self.feature_map.load(os.path.join(self.scratch, "frappe", "feature_map.json"), {"embedding_dim": self.sizes["dim"]})
        self.loaders = RankDataLoader(
            self.feature_map,
            stage="train",
            train_data=train,
            valid_data=valid,
            batch_size=self.sizes["batchSize"],
            data_format=layout,
            shuffle=True,
        )
        self.info = {"rows": self.loaders[0].num_samples, "parameters": sum(p.numel() for p in self.model().parameters())}
        self.measured = {}

    def model(self):
        return self.model_class(
            self.feature_map,
            model=dict(
                embedding_dim=self.sizes["dim"], hidden_units=[self.sizes["hidden"]] * 3, dropout=0.2, batch_norm=True
            ),
            model_id="DeepFM",
            model_root=self.scratch,
            embedding_regularizer=0.05,
            early_stop_patience=self.sizes["epochs"],
            **SETTINGS,
        )

    def run(self):
        train, valid = self.loaders
        model = self.model()
        started = time.perf_counter()
        model.fit(train, epochs=self.sizes["epochs"], validation_data=valid)
        seconds = time.perf_counter() - started
        self.measured = {"secondsPerEpoch": seconds / self.sizes["epochs"], "auc": float(model._best_metric)}

    def results(self):
        return self.measured


serve(Training)
