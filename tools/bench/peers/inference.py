"""Probabilities of a batch by a DeepFM that is loaded and, where asked for, compiled."""

from protocol import serve

NUM_ROWS = 200_000


class Predictor:
    def __init__(self, settings):
        import torch
        from deepfm_model import DeepFM
        from torch_training import log_uniform, setup

        setup(settings)
        sizes = settings["sizes"]
        batch, fields = sizes["batchSize"], sizes["fields"]
        per_field = sizes["vocab"] // fields
        model = DeepFM(per_field * fields, fields, sizes["dim"], sizes["hidden"]).eval()
        self.info = {"torch": torch.__version__.split("+")[0], "parameters": sum(p.numel() for p in model.parameters())}
        self.model = torch.compile(model) if settings["variant"] == "compile" else model
        num_batches = max(1, min(8, NUM_ROWS // batch))
        self.ids = log_uniform(per_field, num_batches * batch, fields) + torch.arange(fields) * per_field
        self.batch, self.at, self.torch = batch, 0, torch
        self.mean = float("nan")

    def run(self):
        ids = self.ids[self.at : self.at + self.batch]
        self.at = (self.at + self.batch) % len(self.ids)
        with self.torch.inference_mode():
            probabilities = self.torch.sigmoid(self.model(ids)).numpy()
        self.mean = float(probabilities.mean())

    def results(self):
        return {"meanProbability": self.mean}


serve(Predictor)
