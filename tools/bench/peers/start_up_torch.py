"""From `python` to the first probability of a DeepFM saved by PyTorch."""

import os

from protocol import Skipped, serve
from start_up import StartUp

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[2])
import torch
from deepfm_model import DeepFM
vocab, fields, dim, hidden = map(int, sys.argv[3:7])
with torch.device("meta"):
    model = DeepFM(vocab, fields, dim, hidden)
model.load_state_dict(torch.load(sys.argv[1], mmap=True, weights_only=True), assign=True)
with torch.inference_mode():
    print(torch.sigmoid(model.eval()(torch.ones(1, fields, dtype=torch.long))).item())
"""


def prepare(settings):
    if settings["mode"] != "saved":
        raise Skipped("PyTorch runs no ONNX files")
    import torch
    from deepfm_model import DeepFM

    sizes = settings["sizes"]
    fields, dim, hidden = sizes["fields"], sizes["dim"], sizes["hidden"]
    vocab = sizes["vocab"] // fields * fields
    file = os.path.join(settings["scratch"], "model.pt")
    torch.save(DeepFM(vocab, fields, dim, hidden).state_dict(), file)
    return StartUp(SCRIPT, file, os.path.dirname(os.path.abspath(__file__)), *map(str, (vocab, fields, dim, hidden)))


serve(prepare)
