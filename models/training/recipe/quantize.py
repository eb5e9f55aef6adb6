"""A network that looks at slices in INT8 for CPUs, and what that costs."""

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
from .int8_tasks import Image, Int8Task, Size
from .phantom_folder import Phantom, PhantomFolder, of_each_class


class PhantomSlices(CalibrationDataReader):
    """Slices with lung, spread over all phantoms, one at a time."""

    def __init__(
        self, task: Int8Task, phantoms: list[Phantom], count: int, channels: int, size: Size, seed: int = 1
    ) -> None:
        self._slices = self._choose(task, phantoms, count, channels, size, np.random.default_rng(seed))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._slices, None)

    @staticmethod
    def _choose(
        task: Int8Task,
        phantoms: list[Phantom],
        count: int,
        channels: int,
        size: Size,
        rng: np.random.Generator,
    ) -> Iterator[dict[str, NDArray[np.float32]]]:
        with_lung = [phantom for phantom in phantoms if len(phantom.lung_slices) > 0]
        order = rng.permutation(len(with_lung))
        for number in range(count):
            phantom = with_lung[order[number % len(order)]]
            z = int(rng.choice(phantom.lung_slices))
            yield {"x": task.image(phantom, z, channels, size)[None]}


def quantize(
    task: Int8Task,
    model: Path,
    data: Path,
    validation: Path,
    out: Path,
    size: Size | None,
    slices: int,
    count: int,
) -> dict[str, Any]:
    """
    Static INT8 of the model: rearranged as the task says, which changes the answer by rounding alone, then weights
    by output channel, activations calibrated with `slices` slices of `data`, in QDQ form. Weights have 7 bits,
    because CPUs without VNNI saturate with 8. The same phantoms and versions give the same bytes.

    Gives the figures of both models on the first `count` phantoms of each class of `validation`, how much they
    agree there, and CPU seconds a slice on one thread.
    """
    calibration, held_out = PhantomFolder(data), PhantomFolder(validation)
    calibration.refresh()
    held_out.refresh()
    size = size or task.size
    proto = onnx.load(model)
    channels = proto.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    restore_float32(proto)
    stay_float = task.rearrange(proto)
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder) / "float32.onnx", Path(folder) / "prepared.onnx"
        onnx.save(proto, plain)
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        quantize_static(
            str(prepared),
            str(out),
            PhantomSlices(task, calibration.phantoms, slices, channels, size),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=stay_float,
        )
    subset = of_each_class(held_out.phantoms, count)
    before, after = _TimedRun(model), _TimedRun(out)
    facts = {
        "file": out.name,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "bytes": out.stat().st_size,
        "calibratedOn": calibration.names(),
        "phantoms": len(subset),
        "before": before.timed(task.figures(subset, before.infer, channels, size)),
        "after": after.timed(task.figures(subset, after.infer, channels, size)),
    }
    if task.agreement is None:
        return facts
    return {**facts, "agreement": task.agreement(subset, before.infer, after.infer, channels, size)}


class _TimedRun:
    """A model on one thread, slice by slice as on the CPUs of the service, and the time that it took."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._seconds: list[float] = []

    def infer(self, images: Image) -> Image:
        answers = []
        for image in images:
            start = time.process_time()
            answers.append(self._session.run(None, {"x": image[None]})[0])
            self._seconds.append(time.process_time() - start)
        return np.concatenate(answers)

    def timed(self, figures: dict[str, float]) -> dict[str, float]:
        """With the median of the CPU seconds a slice."""
        return {**figures, "cpuSecondsPerSlice": float(np.median(self._seconds))}
