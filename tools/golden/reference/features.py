"""Features and batches, in FuxiCTR's words and in ctrflow's."""

from collections import OrderedDict
from dataclasses import dataclass

import torch
from fuxictr.features import FeatureMap

# Rows 0 (padding) and 1 (unknown), then six values: the tables of a schema that `fittedSchema` of tools/testkit makes.
TABLE_ROWS = 8


@dataclass(frozen=True)
class Feature:
    """A field; lists are `multi-hot` (pooled by mean) or `sequence` (a column of a history)."""

    name: str
    kind: str = "categorical"
    share: str | None = None
    history: str | None = None
    max_len: int = 5

    @property
    def is_list(self):
        return self.kind in ("multi-hot", "sequence")

    def fuxictr_spec(self):
        if self.kind == "numeric":
            return {"type": "numeric", "source": ""}
        spec = {"type": "categorical", "source": "", "vocab_size": TABLE_ROWS, "padding_idx": 0}
        if self.is_list:
            spec.update(type="sequence", max_len=self.max_len)
        if self.kind == "multi-hot":
            spec["feature_encoder"] = "layers.MaskedAveragePooling()"
        if self.share is not None:
            spec["share_embedding"] = self.share
        return spec

    def ctrflow_field(self):
        field = {"name": self.name, "kind": self.kind}
        if self.kind == "numeric":
            field["missingIndicator"] = False
        if self.is_list:
            field["maxLength"] = self.max_len
        if self.share is not None:
            field["shareTable"] = self.share
        if self.history is not None:
            field["history"] = self.history
        return field


def feature_map(features, dim):
    made = FeatureMap("golden", "")
    made.features = OrderedDict((feature.name, feature.fuxictr_spec()) for feature in features)
    made.default_emb_dim = dim
    made.num_fields = made.get_num_fields()
    return made


def random_batch(features, rows, generator, *, pad="back", ids_of={}):
    """Inputs by name as FuxiCTR takes them, and encoded rows as ctrflow does. Row 0 has no events, row 1 has one, row 2 as many as there can be; the ids
    0 (missing) and 1 (unknown) are among those of the fields, histories have real events only. `ids_of` maps a history's draws 2 .. 7 to ids, by column."""
    draw = lambda low, high, *shape: torch.randint(low, high, shape, generator=generator)
    inputs, batch = OrderedDict(), {"numRows": rows, "ids": {}, "values": {}, "lists": {}}
    lengths, events = {}, {}
    for feature in features:
        name = feature.name
        if feature.kind == "numeric":
            inputs[name] = draw(-16, 17, rows).double() / 8
            batch["values"][name] = inputs[name].tolist()
        elif not feature.is_list:
            inputs[name] = draw(0, TABLE_ROWS, rows)
            batch["ids"][name] = inputs[name].tolist()
        else:
            key, T = feature.history or name, feature.max_len
            if key not in lengths:
                lengths[key] = torch.cat([torch.tensor([0, 1, T]), draw(0, T + 1, rows - 3)])
                events[key] = draw(2, TABLE_ROWS, rows, T)
            ids = ids_of[name](events[key]) if name in ids_of else draw(1 if feature.kind == "multi-hot" else 2, TABLE_ROWS, rows, T)
            ragged = [row[:n].tolist() for row, n in zip(ids, lengths[key].tolist())]
            padding = [[0] * (T - len(row)) for row in ragged]
            inputs[name] = torch.tensor([zeros + row if pad == "front" else row + zeros for row, zeros in zip(ragged, padding)])
            offsets = [0, *torch.cumsum(lengths[key], 0).tolist()]
            batch["lists"][name] = {"offsets": offsets, "ids": sum(ragged, [])}
    batch["label"] = [row % 2 for row in range(rows)]
    return inputs, batch
