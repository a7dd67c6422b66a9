"""The same step in PyTorch (lookup, backward, SparseAdam): python packages/embeddings/bench/torch_step.py [rows] [threads] [sparse|dense] (pip install torch numpy)."""

import json
import resource
import sys
import time

import torch

rows = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 2
dense = len(sys.argv) > 3 and sys.argv[3] == "dense"
torch.set_num_threads(threads)
B, F, D = 4096, 39, 16
per_field = rows // F
table = torch.nn.Embedding(per_field * F, D, sparse=not dense)
torch.nn.init.zeros_(table.weight)
optimizer = torch.optim.Adam(table.parameters(), fused=True, weight_decay=1e-5) if dense else torch.optim.SparseAdam(table.parameters())
generator = torch.Generator().manual_seed(1)
batches = []
for _ in range(8):
    ids = torch.exp(torch.rand(B, F, generator=generator, dtype=torch.float64) * torch.log1p(torch.tensor(float(per_field)))).long() - 1
    batches.append(ids.clamp(0, per_field - 1) + torch.arange(F) * per_field)
gradients = torch.full((B, F, D), 1e-3)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


times = []
for step in range(38):
    if step == 8:
        start = cpu()
    begin = time.perf_counter()
    out = table(batches[step % 8])
    out.backward(gradients)
    optimizer.step()
    times.append((time.perf_counter() - begin) * 1000)
    optimizer.zero_grad(set_to_none=True)
used = (cpu() - start) / 30 * 1000
times = sorted(times[8:])
print(json.dumps({"torch": torch.__version__, "rows": rows, "threads": threads, "optimizer": "fused Adam" if dense else "SparseAdam", "total": round(times[15], 1), "fastest": round(times[0], 1), "cpu": round(used, 1)}))
