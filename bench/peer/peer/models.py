"""Model packages: a manifest and its network, warm."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort


@dataclass(frozen=True)
class Model:
    manifest: dict
    session: ort.InferenceSession

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Probabilities for a batch, float32 [batch, channels, ...]."""
        (answer,) = self.session.run(None, {self.session.get_inputs()[0].name: batch})
        activation = self.manifest.get("activation", "none")
        if activation == "sigmoid":
            return 1 / (1 + np.exp(-answer))
        if activation == "softmax":
            power = np.exp(answer - answer.max(axis=1, keepdims=True))
            return power / power.sum(axis=1, keepdims=True)
        return answer


@dataclass(frozen=True)
class Models:
    lobes: Model
    classifier: Model
    opacities: Model


def open_models(folder: Path, int8: bool) -> Models:
    """The shipped packages on the CPU; with `int8` the quantised file of those that have one."""
    packages = {}
    for path in sorted(folder.glob("*/manifest.json")):
        manifest = json.loads(path.read_text())
        variants = [one["file"] for one in manifest.get("variants", []) if one["provider"] == "cpu"]
        file = variants[0] if int8 and variants else manifest["file"]
        options = ort.SessionOptions()
        options.log_severity_level = 3
        session = ort.InferenceSession(path.parent / file, options, providers=["CPUExecutionProvider"])
        packages[manifest["task"]] = Model(manifest, session)
    return Models(packages["lungs-lobes"], packages["classifier"], packages["opacities"])


def channel_scale(preprocessing: dict, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """What a value in [0, 1] becomes for a channel: value * slope + offset, [channels, 1, 1] each."""
    low, high = preprocessing.get("range", (0, 1))
    normalise = preprocessing.get("normalise", {"mean": [0], "std": [1]})
    mean = np.broadcast_to(normalise["mean"], channels)
    std = np.broadcast_to(normalise["std"], channels)
    shape = (channels, 1, 1)
    slope, offset = (high - low) / std, (low - mean) / std
    return slope.reshape(shape).astype(np.float32), offset.reshape(shape).astype(np.float32)


def channel_offsets(preprocessing: dict, channels: int, slice_mm: float) -> np.ndarray:
    """Which slice each channel shows, as offsets from the one that is asked about, feet to head."""
    context_mm = preprocessing.get("contextMm")
    step = 0 if context_mm is None else max(1, round(context_mm / slice_mm))
    return np.rint((np.arange(channels) - (channels - 1) / 2) * step).astype(int)


def windowed(hu: np.ndarray, window: dict) -> np.ndarray:
    """HU so that the window's lower edge becomes 0 and its upper edge 1, clipped; float32."""
    low = window["level"] - window["width"] / 2
    return np.clip((hu.astype(np.float32, copy=False) - np.float32(low)) / np.float32(window["width"]), 0, 1)
