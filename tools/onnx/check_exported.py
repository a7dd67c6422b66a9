"""Checks exported files with ONNX's own checker and runs them in Python: python tools/onnx/check_exported.py FOLDER (pip install onnx onnxruntime numpy).

FOLDER holds pairs NAME.onnx and NAME.json: {"feeds": {input: {"type", "dims", "data"}}, "logit": [...]}; `CTRFLOW_PYTHON=python npx vitest run packages/export`
makes such a folder and runs this script on it.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported

import numpy as np
import onnx
import onnxruntime

TYPES = {"string": object, "int64": np.int64, "float32": np.float32, "float64": np.float64}
ALLOWED = {"": 17, "ai.onnx.ml": 3}


def check(path: pathlib.Path) -> float:
    """Returns the largest difference of the logits, relative to 1 + |logit|."""
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path))
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    assert model.ir_version == 8, model.ir_version
    for opset in model.opset_import:
        assert ALLOWED[opset.domain] == opset.version, opset
    case = json.loads(path.with_suffix(".json").read_text())
    feeds = {
        name: np.array([np.nan if x is None else x for x in feed["data"]], TYPES[feed["type"]]).reshape(feed["dims"])
        for name, feed in case["feeds"].items()
    }
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    logit, probability = session.run(["logit", "probability"], feeds)
    wanted = np.array(case["logit"])[:, None]
    assert logit.shape == wanted.shape and probability.shape == wanted.shape, (logit.shape, wanted.shape)
    assert np.allclose(probability, 1 / (1 + np.exp(-logit.astype(np.float64))), atol=1e-6)
    return float(np.max(np.abs(logit - wanted) / (1 + np.abs(wanted))))


paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
assert paths, f"no .onnx files in {sys.argv[1]}"
worst = 0.0
for path in paths:
    difference = check(path)
    assert difference < 1e-5, f"{path.name}: logits differ by {difference}"
    worst = max(worst, difference)
print(f"{len(paths)} files: checked with shape inference, largest difference {worst:.2g} (onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__})")
