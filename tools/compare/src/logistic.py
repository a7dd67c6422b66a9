"""scikit-learn's logistic regression on the rows and the L2 that real-data.ts wrote: python tools/compare/src/logistic.py FOLDER (pip install numpy scipy scikit-learn)."""

import json
import pathlib
import sys

import numpy as np
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

folder = pathlib.Path(sys.argv[1])
ours = json.loads((folder / "lr.json").read_text())
train, labels = load_svmlight_file(str(folder / "train.svmlight"))
test, test_labels = load_svmlight_file(str(folder / "test.svmlight"), n_features=train.shape[1])
n, l2 = len(labels), ours["l2"]
model = LogisticRegression(C=1 / (n * l2), solver="newton-cholesky", tol=1e-8, max_iter=1000).fit(train, labels)
weights, bias = model.coef_[0], model.intercept_[0]
error = 1 / (1 + np.exp(-(train @ weights + bias))) - labels
norm = np.hypot(np.linalg.norm(train.T @ error / n + l2 * weights), error.mean())
auc = roc_auc_score(test_labels, test @ weights + bias)
print(f"scikit-learn: gradient norm {norm:.1e}, AUC {auc:.6f}; ours {ours['auc']:.6f}, difference {ours['auc'] - auc:+.1e}")
