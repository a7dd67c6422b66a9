"""An MLP on numbers in PyTorch."""

from protocol import serve


def prepare(settings):
    import torch
    from torch_training import NUM_BATCHES, TrainingSide, labels, mlp, setup

    setup(settings)
    sizes = settings["sizes"]
    num_rows = NUM_BATCHES * sizes["batchSize"]
    model = mlp(sizes["inputs"], [sizes["hidden"]] * 3)
    return TrainingSide(settings, model, [torch.randn(num_rows, sizes["inputs"])], labels(num_rows))


serve(prepare)
