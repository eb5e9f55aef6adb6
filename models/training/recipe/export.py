"""A trained network as an ONNX file, and the proof that it is the same network."""

import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .checkpoint import load_checkpoint
from .float16_weights import store_as_float16
from .fuse import fused, round_to_float16
from .phantom_folder import PhantomFolder
from .preset import Preset, Stage
from .tasks import task_of
from .tasks.task import Task

OPSET = 17
LARGEST_DIFFERENCE = 1e-4
"""Between PyTorch and ONNX Runtime, both in float32 with the same weights."""


@dataclass(frozen=True)
class Form:
    """What is particular to a task's file."""

    axes: tuple[str, ...]
    vector_size: tuple[int, ...]
    """Of the stored test vector: small, so that the repository stays light."""
    full_size: tuple[int, ...]
    """At which the paper, or PIPELINE.md, uses it; timed."""


FORMS = {
    "lungs-lobes": Form(("h", "w"), (128, 128), (256, 256)),
    "opacities": Form(("h", "w"), (128, 128), (320, 320)),
    "classifier": Form(("d", "h", "w"), (32, 32, 32), (64, 224, 224)),
}


class Probabilities(nn.Module):
    """Softmax over the labels, or a sigmoid where there is one."""

    def __init__(self, network: nn.Module, labels: int) -> None:
        super().__init__()
        self.network = network
        self.activation: nn.Module = nn.Sigmoid() if labels == 1 else nn.Softmax(1)

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.network(x))


def export(
    preset: Preset, checkpoint: Path | None, data: Path | None, out: Path, vectors: Path | None
) -> dict[str, Any]:
    """
    Writes `out` (.onnx) and, when `vectors` is given, a test vector there; gives the facts that the manifest
    and the card need. Without `checkpoint` the weights are random: to try an architecture.

    The input is `x`, float32 [b, channels, ...], b and the sizes free; the output `p` holds probabilities.
    Test inputs come from the first phantom of `data`, or are noise.

    Raises ValueError when ONNX Runtime and PyTorch differ by more than 1e-4.
    """
    torch.manual_seed(1)
    task = task_of(preset)
    if checkpoint is not None:
        task.network.load_state_dict(load_checkpoint(checkpoint)["network"])
    form = FORMS[preset.task]
    x = _input(preset, task, form.vector_size, data)
    with torch.no_grad():
        labels = task.network.eval()(x).shape[1]
        trained = Probabilities(task.network, labels)(x)
        stored = Probabilities(fused(task.network), labels).eval()
        round_to_float16(stored)
        expected = stored(x).numpy()
    _write(stored, x, form, out)
    found = _run(out, x.numpy())
    difference = float(np.abs(found - expected).max())
    if not difference <= LARGEST_DIFFERENCE:
        raise ValueError(f"ONNX Runtime differs from PyTorch by {difference}")
    if vectors is not None:
        vectors.mkdir(parents=True, exist_ok=True)
        _write_vector(vectors, f"{preset.task}-in", x.numpy())
        _write_vector(vectors, f"{preset.task}-out", expected)
    return {
        "file": out.name,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "bytes": out.stat().st_size,
        "parameters": sum(parameter.numel() for parameter in task.network.parameters()),
        "differenceToPyTorch": difference,
        "differenceByRounding": float(np.abs(expected - trained.numpy()).max()),
        "size": list(form.full_size),
        "cpuSecondsPerSample": round(_time(out, task.channels, form.full_size), 4),
    }


def _input(preset: Preset, task: Task, size: tuple[int, ...], data: Path | None) -> Tensor:
    """One sample [1, channels, ...] as training makes it, so that the answer is not the same everywhere."""
    rng = np.random.default_rng(1)
    if data is None:
        return torch.from_numpy(rng.random((1, task.channels, *size), dtype=np.float32))
    folder = PhantomFolder(data)
    folder.refresh()
    return task.batch(folder.phantoms[:1], Stage(size=size, share=1, batch=1), rng)[0].contiguous()


def _write(network: nn.Module, x: Tensor, form: Form, out: Path) -> None:
    free = {0: "b", **{axis + 2: name for axis, name in enumerate(form.axes)}}
    # The classifier's answer has no axes but the batch.
    out_axes = free if len(form.axes) == 2 else {0: "b"}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "float32.onnx"
        torch.onnx.export(
            network,
            x,
            file,
            opset_version=OPSET,
            input_names=["x"],
            output_names=["p"],
            dynamic_axes={"x": free, "p": out_axes},
        )
        model = onnx.load(file)
    store_as_float16(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, out)


def _session(model: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _run(model: Path, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return _session(model).run(None, {"x": x})[0]


def _time(model: Path, channels: int, size: tuple[int, ...], repeats: int = 3) -> float:
    """CPU seconds a sample of that size on one thread, after a run to warm up."""
    session = _session(model)
    x = np.zeros((1, channels, *size), np.float32)
    session.run(None, {"x": x})
    start = time.process_time()
    for _ in range(repeats):
        session.run(None, {"x": x})
    return (time.process_time() - start) / repeats


def _write_vector(folder: Path, name: str, values: NDArray[np.float32]) -> None:
    """float32, little endian, its shape at the end of the name."""
    shape = "x".join(str(size) for size in values.shape)
    (folder / f"{name}-{shape}.f32").write_bytes(values.astype("<f4").tobytes())
