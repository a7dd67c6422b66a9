"""The same encoding by FuxiCTR's preprocessing, with Ray started before."""

import json
import os
import shutil

from protocol import serve


def feature_columns(columns):
    names = lambda kind: [c["name"] for c in columns if c["kind"] == kind]
    found = []
    if names("numeric"):
        found.append({"name": names("numeric"), "active": True, "dtype": "float", "type": "numeric", "normalizer": "StandardScaler"})
    found.append({"name": names("categorical"), "active": True, "dtype": "str", "type": "categorical"})
    return found


class Encoding:
    def __init__(self, settings):
        import logging

        import fuxictr
        import torch  # noqa: F401 (FuxiCTR's own order of imports)
        from fuxictr.preprocess import FeatureProcessor, build_dataset
        from fuxictr.preprocess.build_dataset import init_ray

        logging.disable(logging.WARNING)
        init_ray()
        self.processor, self.build = FeatureProcessor, build_dataset
        self.source = os.path.join(settings["folder"], "log.csv")
        self.target = settings["scratch"]
        with open(os.path.join(settings["folder"], "columns.json")) as file:
            self.features = feature_columns(json.load(file))
        self.info = {"fuxictr": fuxictr.__version__}
        self.counts = {}

    def before(self):
        shutil.rmtree(os.path.join(self.target, "log"), ignore_errors=True)

    def run(self):
        processor = self.processor(
            feature_cols=[dict(column) for column in self.features],
            label_col={"name": "label", "dtype": "float"},
            dataset_id="log",
            data_root=self.target,
        )
        self.build(processor, train_data=self.source)
        sizes = [spec.get("vocab_size", 0) - 2 for spec in processor.feature_map.features.values() if "vocab_size" in spec]
        self.counts = {"distinct": sum(sizes)}

    def results(self):
        return self.counts


serve(Encoding)
