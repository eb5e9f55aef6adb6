"""Classification, opacities and the numbers."""

import cv2
import numpy as np

from .masks import Components, box_of
from .models import Model, channel_offsets, channel_scale, windowed
from .slice_network import LOBES, linear_weights, resampling, small_plane
from .volume import Volume

BANDS = ((0, "none"), (5, "mild"), (14, "moderate"), (25, "severe"))


def classify(volume: Volume, lobes: np.ndarray, model: Model) -> dict:
    """The whole volume in the classifier's size, window's lower edge outside the lungs."""
    preprocessing = model.manifest["preprocessing"]
    depth, height, width = preprocessing["inputSize"]
    planes = np.zeros((len(lobes), height, width), np.float32)
    for z in np.flatnonzero(lobes.any(axis=(1, 2))):
        lung = np.where(lobes[z] > 0, windowed(volume.hu[z], preprocessing["window"]), 0).astype(np.float32)
        planes[z] = cv2.resize(lung, (width, height), interpolation=resampling(lung.shape, (height, width)))
    # The third axis is resized as the columns of a picture.
    flat = planes.reshape(len(planes), -1)
    short = resize_rows(flat, depth).reshape(depth, height, width)
    slope, offset = channel_scale(preprocessing, 1)
    answer = model((short * slope + offset)[None, None])[0]
    probabilities = {label: float(value) for label, value in zip(model.manifest["labels"], answer)}
    thresholds = model.manifest["thresholds"]
    decision = "other-infection"
    if probabilities["no-imaging-signs"] > thresholds["noImagingSigns"]:
        decision = "no-imaging-signs"
    elif probabilities["covid-19"] > thresholds["covid19"]:
        decision = "covid-19"
    return {"decision": decision, "probabilities": probabilities}


def resize_rows(rows: np.ndarray, count: int) -> np.ndarray:
    """Rows resized to `count`: by area where they become fewer, linear where more."""
    edges = np.arange(count + 1) * len(rows) / count
    if len(rows) > count:
        at = np.arange(len(rows))
        covered = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
        weights = np.clip(covered, 0, None) * count / len(rows)
    else:
        centres = np.clip((edges[1:] + edges[:-1]) / 2 - 0.5, 0, len(rows) - 1)
        weights = linear_weights(centres, len(rows))
    return weights.astype(np.float32) @ rows


def segment_opacities(volume: Volume, lobes: np.ndarray, model: Model) -> np.ndarray:
    """Opacities inside the lungs, slice by slice; bool [z, y, x]."""
    preprocessing, thresholds = model.manifest["preprocessing"], model.manifest["thresholds"]
    channels = preprocessing.get("channels", 1)
    offsets = channel_offsets(preprocessing, channels, volume.spacing_mm[0])
    slope, offset = channel_scale(preprocessing, channels)
    opaque = [index for index, label in enumerate(model.manifest["labels"]) if label == "opacity"]
    slices = np.flatnonzero(lobes.any(axis=(1, 2)))
    height, width = lobes.shape[1:]
    mask, peaks = np.zeros(lobes.shape, bool), np.zeros(lobes.shape, bool)
    for first in range(0, len(slices), preprocessing["batchSize"]):
        batch = slices[first : first + preprocessing["batchSize"]]
        shown = np.clip(batch[:, None] + offsets, 0, len(lobes) - 1)
        samples = np.stack([[network_input(volume.hu[z], preprocessing) for z in sample] for sample in shown])
        answer = model(samples * slope + offset)[:, opaque].sum(axis=1)
        for z, plane in zip(batch, answer):
            probability = cv2.resize(
                plane, (width, height), interpolation=resampling(plane.shape, (height, width))
            )
            mask[z] = (probability > thresholds["opacity"]) & (lobes[z] > 0)
            peaks[z] = mask[z] & (probability > thresholds.get("opacityPeak", 0))
    box = box_of(mask)
    if box is not None:
        pieces = Components.of(mask[box])
        mask[box] = pieces.keep(np.bincount(pieces.labels[peaks[box]], minlength=len(pieces.sizes)) > 0)
    return mask


def network_input(hu: np.ndarray, preprocessing: dict) -> np.ndarray:
    plane = small_plane(hu, preprocessing["inputSize"], preprocessing["window"])
    targets = preprocessing.get("bcet")
    return plane if targets is None else bcet(plane, **targets)


def bcet(plane: np.ndarray, low: float, high: float, mean: float) -> np.ndarray:
    """Balance contrast enhancement (Liu 1991): a parabola takes minimum, maximum and mean to their targets."""
    values = plane.astype(np.float64)
    l, h, e, s = values.min(), values.max(), values.mean(), (values**2).mean()
    if h <= l:
        return np.full_like(plane, low)
    denominator = 2 * (h * (mean - low) - e * (high - low) + l * (high - mean))
    straight = abs(denominator) <= 1e-12 * (h - l) * (high - low)
    b = 0 if straight else (h * h * (mean - low) - s * (high - low) + l * l * (high - mean)) / denominator
    if straight or abs(h + l - 2 * b) <= 1e-12 * (h - l):
        return (low + (high - low) / (h - l) * (values - l)).astype(np.float32)
    a = (high - low) / ((h - l) * (h + l - 2 * b))
    return np.clip(low + a * (values - l) * (values + l - 2 * b), low, high).astype(np.float32)


def quantify(lobes: np.ndarray, opacities: np.ndarray, spacing_mm: tuple, noise_floor_ml: float) -> dict:
    """Involvement of both lungs, each lung and each lobe, and the severity score."""
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    opaque_lobes = lobes[opacities]
    lung = [int(np.count_nonzero(lobes == label)) for label in range(len(LOBES) + 1)]
    opacity = [int(np.count_nonzero(opaque_lobes == label)) for label in range(len(LOBES) + 1)]

    def region(*names: str) -> dict:
        numbers = [LOBES.index(name) + 1 for name in names]
        whole, opaque = (sum(counts[number] for number in numbers) for counts in (lung, opacity))
        percent = opaque * 100 / whole if whole else 0.0
        return {"lungMl": whole * voxel_ml, "opacityMl": opaque * voxel_ml, "percent": percent}

    by_lobe = [{"lobe": name, **region(name)} for name in LOBES]
    for one in by_lobe:
        one["score"] = lobe_score(one["opacityMl"], one["percent"], noise_floor_ml)
    score = sum(one["score"] for one in by_lobe)
    band = next(name for most, name in BANDS if score <= most)
    return {
        "involvement": {
            **region(*LOBES),
            "right": region("RUL", "RML", "RLL"),
            "left": region("LUL", "LLL"),
            "lobes": by_lobe,
        },
        "severity": {"score": score, "band": band},
    }


def lobe_score(opacity_ml: float, percent: float, noise_floor_ml: float) -> int:
    if opacity_ml == 0 or opacity_ml < noise_floor_ml:
        return 0
    if percent < 5:
        return 1
    return 2 + sum(percent > edge for edge in (25, 50, 75))
