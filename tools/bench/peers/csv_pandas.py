"""The same encoding in pandas: read_csv, factorize, standardize, Feather."""

import json
import os

from protocol import serve


class Encoding:
    def __init__(self, settings):
        import pandas
        import pyarrow

        pyarrow.set_cpu_count(settings["threads"])
        self.pandas = pandas
        self.source = os.path.join(settings["folder"], "log.csv")
        self.target = os.path.join(settings["scratch"], "encoded.feather")
        with open(os.path.join(settings["folder"], "columns.json")) as file:
            self.columns = json.load(file)
        self.info = {"pandas": pandas.__version__}
        self.counts = {}

    def run(self):
        pandas = self.pandas
        texts = [c["name"] for c in self.columns if c["kind"] == "categorical"]
        numbers = [c["name"] for c in self.columns if c["kind"] == "numeric"]
        types = dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "float64") | {"label": "float32"}
        # The reader of pyarrow uses all threads and is the fastest that pandas has.
        frame = pandas.read_csv(self.source, dtype=types, engine="pyarrow")
        distinct = 0
        for name in texts:
            codes, values = pandas.factorize(frame[name])
            frame[name] = (codes + 2).astype("int32")
            distinct += len(values)
        for name in numbers:
            column = frame[name]
            frame[name] = ((column - column.mean()) / column.std(ddof=0)).fillna(0).astype("float32")
        frame.to_feather(self.target, compression="uncompressed")
        self.counts = {"rows": len(frame), "distinct": distinct}

    def results(self):
        return self.counts


serve(Encoding)
