"""CNN-LSTM in PyTorch."""

from protocol import serve


def prepare(settings):
    import torch
    import torch.nn as nn
    from torch_training import NUM_BATCHES, TrainingSide, labels, mlp, setup

    class CnnLstm(nn.Module):
        def __init__(self, channels, filters, units, hidden):
            super().__init__()
            self.features = nn.Sequential(
                *(nn.Conv1d(channels, filters, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
                *(nn.Conv1d(filters, 2 * filters, 3, padding="same"), nn.ReLU(), nn.MaxPool1d(2)),
            )
            self.lstm = nn.LSTM(2 * filters, units, batch_first=True)
            with torch.no_grad():  # only the sum of its two biases counts
                self.lstm.bias_hh_l0.zero_()
            self.lstm.bias_hh_l0.requires_grad_(False)
            self.deep = mlp(units, [hidden])

        def forward(self, window):
            features = self.features(window.transpose(1, 2)).transpose(1, 2)  # [B, T / 4, H]
            _, (h, _) = self.lstm(features)
            return self.deep(h[0])

    setup(settings)
    sizes = settings["sizes"]
    num_rows = NUM_BATCHES * sizes["batchSize"]
    model = CnnLstm(sizes["channels"], sizes["filters"], sizes["units"], sizes["hidden"])
    return TrainingSide(settings, model, [torch.randn(num_rows, sizes["steps"], sizes["channels"])], labels(num_rows))


serve(prepare)
