"""XGBoost on the rows of a purchase study: python purchase_xgboost.py FOLDER, which holds train.csv, valid.csv and the files to score.

The first column of each file is the label, the second the target category, the others the window. Trees stop after 30 rounds without improvement on the validation rows; the depth is the one
of 2, 4 and 6 with the least validation loss. Writes scores.json: losses by round, and the scores of each file.
"""

import json
import sys
from pathlib import Path

import pandas
import xgboost

folder = Path(sys.argv[1])
files = {path.stem: pandas.read_csv(path, dtype={"target": "category"}) for path in sorted(folder.glob("*.csv"))}
categories = files["train"]["target"].cat.categories


def inputs(table):
    features = table.drop(columns="label")
    return features.assign(target=features["target"].cat.set_categories(categories))


def train(depth):
    model = xgboost.XGBClassifier(
        n_estimators=1000, learning_rate=0.05, max_depth=depth, subsample=0.8, colsample_bytree=0.8, min_child_weight=5,
        tree_method="hist", enable_categorical=True, early_stopping_rounds=30, eval_metric="logloss", random_state=1, n_jobs=2,
    )
    parts = [(inputs(files[part]), files[part]["label"]) for part in ("train", "valid")]
    return model.fit(*parts[0], eval_set=parts, verbose=False)


best = min((train(depth) for depth in (2, 4, 6)), key=lambda model: model.best_score)
losses = best.evals_result()
result = {
    "depth": best.get_params()["max_depth"],
    "bestRound": best.best_iteration + 1,
    "trainLoss": losses["validation_0"]["logloss"],
    "validLoss": losses["validation_1"]["logloss"],
    "scores": {name: best.predict_proba(inputs(table))[:, 1].tolist() for name, table in files.items()},
}
(folder / "scores.json").write_text(json.dumps(result))
