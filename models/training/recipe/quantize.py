"""The opacity network in INT8 for CPUs, and what that costs in Dice."""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from .float16_weights import restore_float32
from .opacity_figures import opacity_figures, opacity_input
from .phantom_folder import Phantom, PhantomFolder, of_each_class

Size = tuple[int, int]


class PhantomSlices(CalibrationDataReader):
    """Slices with lung, spread over all phantoms, one at a time."""

    def __init__(self, phantoms: list[Phantom], count: int, size: Size, seed: int = 1) -> None:
        self._slices = self._choose(phantoms, count, size, np.random.default_rng(seed))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._slices, None)

    @staticmethod
    def _choose(
        phantoms: list[Phantom], count: int, size: Size, rng: np.random.Generator
    ) -> Iterator[dict[str, NDArray[np.float32]]]:
        with_lung = [phantom for phantom in phantoms if len(phantom.lung_slices) > 0]
        order = rng.permutation(len(with_lung))
        for number in range(count):
            phantom = with_lung[order[number % len(order)]]
            z = int(rng.choice(phantom.lung_slices))
            yield {"x": opacity_input(phantom.hu[z], size)[None, None]}


def quantize(
    model: Path, data: Path, validation: Path, out: Path, size: Size, slices: int, count: int
) -> dict[str, Any]:
    """
    Static INT8 of the model: weights by output channel, activations calibrated with `slices` slices of
    `data`, in QDQ form. The first convolution and the last stay float32: they are cheap and the most
    sensitive. Weights have 7 bits, because CPUs without VNNI saturate with 8.

    Gives the figures of both models on the first `count` phantoms of each class of `validation`, and CPU
    seconds a slice on one thread.
    """
    calibration, held_out = PhantomFolder(data), PhantomFolder(validation)
    calibration.refresh()
    held_out.refresh()
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder) / "float32.onnx", Path(folder) / "prepared.onnx"
        proto = onnx.load(model)
        restore_float32(proto)
        onnx.save(proto, plain)
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        convolutions = [node.name for node in onnx.load(prepared).graph.node if node.op_type == "Conv"]
        out.parent.mkdir(parents=True, exist_ok=True)
        quantize_static(
            str(prepared),
            str(out),
            PhantomSlices(calibration.phantoms, slices, size),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=[convolutions[0], convolutions[-1]],
        )
    subset = of_each_class(held_out.phantoms, count)
    return {
        "file": out.name,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "bytes": out.stat().st_size,
        "phantoms": len(subset),
        "before": _figures(model, subset, size),
        "after": _figures(out, subset, size),
    }


def _figures(model: Path, phantoms: list[Phantom], size: Size) -> dict[str, float]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    seconds, slices = 0.0, 0

    def infer(images: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal seconds, slices
        start = time.process_time()
        found = np.concatenate([session.run(None, {"x": image[None]})[0] for image in images])
        seconds += time.process_time() - start
        slices += len(images)
        return found

    figures = opacity_figures(phantoms, infer, size)
    return {**figures, "cpuSecondsPerSlice": seconds / max(1, slices)}
