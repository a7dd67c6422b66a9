"""scikit-learn's AUC of the same scores."""

import os

from protocol import serve


class Area:
    def __init__(self, settings):
        import numpy
        import sklearn
        from sklearn.metrics import roc_auc_score

        read = lambda name: numpy.fromfile(os.path.join(settings["folder"], name), dtype=numpy.float32)
        self.scores, self.labels = read("scores.f32"), read("labels.f32")
        self.area = roc_auc_score
        self.value = float("nan")
        self.info = {"scikit-learn": sklearn.__version__}

    def run(self):
        self.value = float(self.area(self.labels, self.scores))

    def results(self):
        return {"auc": self.value}


serve(Area)
