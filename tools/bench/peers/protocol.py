"""What every peer speaks: it says that it is ready, then answers every line of its input with one."""

import json
import os
import sys
import time

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, also by children

REPLY = "@bench "


class Skipped(Exception):
    """This side cannot run here; the message says why and what to do."""


def settings():
    """Workload, sizes, mode, variant, threads, folder and scratch, as the harness gives them."""
    return json.loads(sys.argv[1])


def serve(prepare):
    """Times samples, as many as each line says. `prepare(settings)` returns an object with `run()`, and perhaps `before()`, `results()` and `info`."""

    def answer(side, line):
        before = getattr(side, "before", lambda: None)
        milliseconds = []
        for _ in range(int(line)):
            before()
            begin = time.perf_counter()
            side.run()
            milliseconds.append((time.perf_counter() - begin) * 1e3)
        return {"milliseconds": milliseconds, "results": getattr(side, "results", dict)()}

    _converse(prepare, answer)


def serve_answers(prepare):
    """Answers each line, JSON, with what `answer(request)` of the prepared object returns."""
    _converse(prepare, lambda side, line: {"answer": side.answer(json.loads(line))})


def _converse(prepare, answer):
    out = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is noise

    def reply(message):
        out.write(REPLY + json.dumps(message) + "\n")
        out.flush()

    started = time.perf_counter()
    try:
        side = prepare(settings())
    except Skipped as reason:
        reply({"skipped": str(reason)})
        return
    except ImportError as error:
        reply({"skipped": f"{error}; run tools/bench/setup"})
        return
    reply({"ready": True, "info": getattr(side, "info", {}), "setupSeconds": time.perf_counter() - started})
    for line in sys.stdin:
        reply(answer(side, line))
