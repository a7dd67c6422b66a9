"""Golden values of the metrics from scikit-learn, DeLong from its O(mn) definition: python tools/golden/metrics.py (pip install numpy scikit-learn)."""

import json
import pathlib

import numpy as np
from sklearn import metrics


def delong(labels, scores):
    """Structural components by comparing every positive with every negative."""
    x, y = scores[labels == 1], scores[labels == 0]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)


cases = []
for seed, (n, rounding) in enumerate([(20, 1), (60, 2), (500, 2), (800, 6)]):
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.3).astype(int)
    labels[:2] = [0, 1]
    scores = np.clip(np.round(rng.beta(2, 3, n) + 0.2 * labels * rng.random(n), rounding), 0, 1)
    others = np.clip(np.round(rng.beta(2, 3, n) + 0.1 * labels, rounding), 0, 1)
    weights = np.round(rng.random(n) * 3, 3)
    a, a10, a01 = delong(labels, scores)
    b, b10, b01 = delong(labels, others)
    m, k = labels.sum(), n - labels.sum()
    se = np.sqrt(a10.var(ddof=1) / m + a01.var(ddof=1) / k)
    se_difference = np.sqrt((a10 - b10).var(ddof=1) / m + (a01 - b01).var(ddof=1) / k)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, scores >= 0.5, average="binary", sample_weight=weights, zero_division=0)
    cases.append(
        {
            "labels": labels.tolist(),
            "scores": scores.tolist(),
            "others": others.tolist(),
            "weights": weights.tolist(),
            "auc": metrics.roc_auc_score(labels, scores),
            "weightedAuc": metrics.roc_auc_score(labels, scores, sample_weight=weights),
            "logLoss": metrics.log_loss(labels, scores),
            "weightedLogLoss": metrics.log_loss(labels, scores, sample_weight=weights),
            "averagePrecision": metrics.average_precision_score(labels, scores),
            "weightedAveragePrecision": metrics.average_precision_score(labels, scores, sample_weight=weights),
            "brier": metrics.brier_score_loss(labels, scores, sample_weight=weights),
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "ndcgAt5": metrics.ndcg_score([labels], [scores + 1e-9 * (1 - labels)], k=5),
            "delong": {"auc": a, "standardError": se, "difference": a - b, "standardErrorOfDifference": se_difference},
        }
    )
path = pathlib.Path(__file__).parents[2] / "packages/metrics/test/golden/metrics.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(cases) + "\n")
