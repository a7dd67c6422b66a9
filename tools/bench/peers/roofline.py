"""The machine's limits as NumPy and ONNX Runtime reach them: the best of the samples counts, since anything else at work only makes them slower."""

import time

from protocol import serve


def sgemm(settings):
    import numpy

    n = settings["sizes"]["size"]
    a, b = numpy.random.default_rng(1).standard_normal((2, n, n), dtype=numpy.float32)
    out = numpy.empty((n, n), numpy.float32)
    return lambda: numpy.matmul(a, b, out=out), {"gigaflopsPerSecond": 2 * n**3 / 1e9}


def gemm(settings):
    import numpy
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    n = settings["sizes"]["size"]
    names = ["a", "b"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [n, n]) for name in names]
    output = helper.make_tensor_value_info("c", TensorProto.FLOAT, [n, n])
    graph = helper.make_graph([helper.make_node("Gemm", names, ["c"])], "gemm", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings["threads"]
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    binding = session.io_binding()
    for name in names:
        binding.bind_cpu_input(name, numpy.random.default_rng(1).standard_normal((n, n), dtype=numpy.float32))
    binding.bind_output("c")
    return lambda: session.run_with_iobinding(binding), {"gigaflopsPerSecond": 2 * n**3 / 1e9}


def copy(settings):
    from concurrent.futures import ThreadPoolExecutor

    import numpy

    threads = settings["threads"]
    source = numpy.ones(settings["sizes"]["megabytes"] * 2**18, numpy.float32)
    target = numpy.zeros_like(source)
    parts = list(zip(numpy.array_split(target, threads), numpy.array_split(source, threads)))
    pool = ThreadPoolExecutor(threads)
    run = lambda: list(pool.map(lambda pair: numpy.copyto(*pair), parts))
    return run, {"gigabytesPerSecond": 2 * source.nbytes / 1e9}


class Limit:
    def __init__(self, settings):
        self.action, self.work = {"sgemm": sgemm, "gemm": gemm, "copy": copy}[settings["variant"]](settings)
        self.best = float("inf")
        self.info = {"engine": settings["variant"]}

    def run(self):
        started = time.perf_counter()
        self.action()
        self.best = min(self.best, time.perf_counter() - started)

    def results(self):
        return {name: amount / self.best for name, amount in self.work.items()}


serve(Limit)
