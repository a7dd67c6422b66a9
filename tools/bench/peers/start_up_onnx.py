"""From `python` to the first probability of our exported file in ONNX Runtime."""

import os

from protocol import Skipped, serve
from start_up import StartUp

SCRIPT = """
import sys
import numpy
import onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(sys.argv[2])
session = onnxruntime.InferenceSession(sys.argv[1], options)
row = {each.name: numpy.ones((1, 1), numpy.int64) for each in session.get_inputs()}
print(session.run(["probability"], row)[0].item())
"""


def prepare(settings):
    if settings["mode"] != "onnx":
        raise Skipped("ONNX Runtime loads no saved models, only exported ones")
    import onnxruntime  # says here that it is absent

    assert onnxruntime.__version__
    return StartUp(SCRIPT, os.path.join(settings["folder"], "model.onnx"), str(settings["threads"]))


serve(prepare)
