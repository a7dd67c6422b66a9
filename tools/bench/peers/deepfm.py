"""A training step of DeepFM."""

from protocol import serve


def prepare(settings):
    import torch
    from deepfm_model import DeepFM
    from torch_training import NUM_BATCHES, TrainingSide, labels, log_uniform, setup

    setup(settings)
    sizes = settings["sizes"]
    fields, num_rows = sizes["fields"], NUM_BATCHES * sizes["batchSize"]
    rows_per_field = sizes["vocab"] // fields
    model = DeepFM(rows_per_field * fields, fields, sizes["dim"], sizes["hidden"], settings["mode"] == "lazy")
    ids = log_uniform(rows_per_field, num_rows, fields) + torch.arange(fields) * rows_per_field
    return TrainingSide(settings, model, [ids], labels(num_rows))


serve(prepare)
