"""Rows of a target, context fields and a padded history over one vocabulary, and the table that they share."""


def history_columns(settings):
    """`history [N, T]` with 0 after its end, `item [N]`, `context [N, C]`, in the order in which models take them."""
    import torch
    from torch_training import NUM_BATCHES, log_uniform

    sizes = settings["sizes"]
    vocab, longest, num_rows = sizes["vocab"], sizes["maxLength"], NUM_BATCHES * sizes["batchSize"]
    draw = lambda *shape: 1 + log_uniform(vocab - 1, *shape)
    lengths = torch.randint(sizes["minLength"], longest + 1, (num_rows, 1))
    history = draw(num_rows, longest) * (torch.arange(longest) < lengths)
    return [history, draw(num_rows), draw(num_rows, sizes["context"])]


def shared_table(settings):
    import torch
    import torch.nn as nn

    sizes = settings["sizes"]
    table = nn.Embedding(sizes["vocab"], sizes["dim"], padding_idx=0, sparse=settings["mode"] == "lazy")
    nn.init.normal_(table.weight, std=1e-2)
    with torch.no_grad():
        table.weight[0] = 0
    return table
