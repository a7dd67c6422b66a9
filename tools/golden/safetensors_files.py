"""Safetensors files across languages: python tools/golden/safetensors_files.py (pip install numpy safetensors).

Writes `python.safetensors` for the tests to read, and checks that Python reads `ctrflow.safetensors`, which the tests compare byte by byte
with what the encoder writes (CTRFLOW_WRITE_GOLDEN=1 writes it anew).
"""

import pathlib

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parents[2] / "packages/embeddings/test/golden"
tensors = {
    "embedding/city": np.arange(6, dtype=np.float32).reshape(3, 2) / 4,
    "steps": np.array([1, -2, 3], dtype=np.int32),
    "empty": np.zeros((0, 2), dtype=np.float32),
    "scalar": np.array(-0.5, dtype=np.float32),
}
save_file(tensors, folder / "python.safetensors", metadata={"format": "ctrflow", "über": "ß"})

written = folder / "ctrflow.safetensors"
if written.exists():
    with safe_open(written, framework="numpy") as file:
        assert file.metadata() == {"format": "ctrflow", "über": "ß"}, file.metadata()
        assert set(file.keys()) == set(tensors), file.keys()
        for name, expected in tensors.items():
            actual = file.get_tensor(name)
            assert actual.dtype == expected.dtype and actual.shape == expected.shape and (actual == expected).all(), name
    print("Python reads ctrflow.safetensors")
