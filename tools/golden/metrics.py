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


def of_scores(labels, scores, weights):
    """What scikit-learn has, by its names; the curves as it returns them."""
    at_half = scores >= 0.5
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, at_half, average="binary", sample_weight=weights, zero_division=0)
    assert precision == metrics.precision_score(labels, at_half, sample_weight=weights, zero_division=0)
    assert recall == metrics.recall_score(labels, at_half, sample_weight=weights)
    assert f1 == metrics.f1_score(labels, at_half, sample_weight=weights)
    roc = metrics.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    curve = metrics.precision_recall_curve(labels, scores, sample_weight=weights)
    f1s = np.nan_to_num(2 * curve[0] * curve[1] / np.maximum(curve[0] + curve[1], 1e-300))
    return {
        "auc": metrics.roc_auc_score(labels, scores, sample_weight=weights),
        "logLoss": metrics.log_loss(labels, scores, sample_weight=weights),
        "averagePrecision": metrics.average_precision_score(labels, scores, sample_weight=weights),
        "brier": metrics.brier_score_loss(labels, scores, sample_weight=weights),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "bestF1": f1s.max(),
        "roc": {"x": roc[0].tolist(), "y": roc[1].tolist()},
        "precisionRecall": {"x": curve[1].tolist(), "y": curve[0].tolist()},
    }


def lists(rng):
    """Eight lists of twelve, each with a positive; scikit-learn weighs lists. Its own rule for ties is another, so the scores have none."""
    labels = (rng.random((8, 12)) < 0.3).astype(int)
    labels[:, 3] = 1
    scores = rng.permutation(96).reshape(8, 12) / 96
    weights = np.round(rng.random(8) * 3 + 0.001, 3)
    ndcg = {k: metrics.ndcg_score(labels, scores, k=k) for k in (1, 5, 12)}
    weighted = {k: metrics.ndcg_score(labels, scores, k=k, sample_weight=weights) for k in (1, 5, 12)}
    return {"labels": labels.tolist(), "scores": scores.tolist(), "weights": weights.tolist(), "ndcg": ndcg, "weightedNdcg": weighted}


cases = []
for seed, (n, rounding) in enumerate([(20, 1), (60, 2), (500, 2), (800, 6)]):
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.3).astype(int)
    labels[:2] = [0, 1]
    scores = np.clip(np.round(rng.beta(2, 3, n) + 0.2 * labels * rng.random(n), rounding), 0, 1)
    others = np.clip(np.round(rng.beta(2, 3, n) + 0.1 * labels, rounding), 0, 1)
    weights = np.round(rng.random(n) * 3, 3)
    weights[5:7] = 0
    scores[:2] = [seed % 2, 1 - seed % 2]  # right and wrong for sure: clipped
    a, a10, a01 = delong(labels, scores)
    b, b10, b01 = delong(labels, others)
    m, k = labels.sum(), n - labels.sum()
    se = np.sqrt(a10.var(ddof=1) / m + a01.var(ddof=1) / k)
    se_difference = np.sqrt((a10 - b10).var(ddof=1) / m + (a01 - b01).var(ddof=1) / k)
    cases.append(
        {
            "labels": labels.tolist(),
            "scores": scores.tolist(),
            "others": others.tolist(),
            "weights": weights.tolist(),
            "plain": of_scores(labels, scores, None),
            "weighted": of_scores(labels, scores, weights),
            "lists": lists(rng),
            "delong": {"auc": a, "standardError": se, "difference": a - b, "standardErrorOfDifference": se_difference},
        }
    )
path = pathlib.Path(__file__).parents[2] / "packages/metrics/test/golden/metrics.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(cases) + "\n")
