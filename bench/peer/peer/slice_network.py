"""The lobe network, slice by slice, and its answer on the work grid."""

from dataclasses import dataclass

import cv2
import numpy as np

from .body import TISSUE_HU
from .grid import Grid
from .models import Model, channel_offsets, channel_scale, windowed
from .volume import Volume

LOBES = ("RUL", "RML", "RLL", "LUL", "LLL")
# Lung is at least as likely as not (of 255).
LIKELY_LUNG = 128
FAINTEST = 13


@dataclass(frozen=True)
class GridLobes:
    """On the work grid: probability of lung times 255, and the likeliest lobe (index + 1); uint8 [z, y, x]."""

    lung: np.ndarray
    lobe: np.ndarray


def ask_lobes(volume: Volume, grid: Grid, body: np.ndarray, model: Model) -> GridLobes:
    preprocessing, labels = model.manifest["preprocessing"], model.manifest["labels"]
    depth = len(volume.hu)
    step = max(1, int(np.ceil(preprocessing["sliceStepMm"] / volume.spacing_mm[0] - 1e-3)))
    has_air = ((body > 0) & (grid.hu < TISSUE_HU)).any(axis=(1, 2))
    asked = np.array([z for z in range(0, depth, step) if has_air[z // grid.factors[0]]], int)
    if len(asked) == 0:
        return GridLobes(np.zeros(body.shape, np.uint8), np.zeros(body.shape, np.uint8))
    channels = preprocessing.get("channels", 3)
    offsets = channel_offsets(preprocessing, channels, volume.spacing_mm[0])
    slope, offset = channel_scale(preprocessing, channels)
    size = preprocessing["inputSize"]
    shown = np.clip(asked[:, None] + offsets, 0, depth - 1)
    planes = {z: small_plane(volume.hu[z], size, preprocessing["window"]) for z in np.unique(shown)}
    lung, lobe = [], []
    order = [labels.index(name) for name in LOBES]
    for first in range(0, len(asked), preprocessing["batchSize"]):
        rows = shown[first : first + preprocessing["batchSize"]]
        batch = np.stack([[planes[z] for z in sample] for sample in rows]) * slope + offset
        answer = model(batch)
        likely = np.floor(255 * (1 - answer[:, labels.index("background")]) + 0.5).astype(np.uint8)
        likely[likely < FAINTEST] = 0
        lung.append(likely)
        lobe.append(np.where(likely > 0, answer[:, order].argmax(axis=1) + 1, 0).astype(np.uint8))
    return on_grid(volume, grid, asked, step, np.concatenate(lung), np.concatenate(lobe))


def small_plane(hu: np.ndarray, size: list[int], window: dict) -> np.ndarray:
    """A slice in a network's size, by area average, windowed."""
    small = cv2.resize(hu.astype(np.float32), (size[1], size[0]), interpolation=resampling(hu.shape, size))
    return windowed(small, window)


def resampling(shape: tuple, size: list[int]) -> int:
    return cv2.INTER_AREA if shape[0] >= size[0] and shape[1] >= size[1] else cv2.INTER_LINEAR


def on_grid(
    volume: Volume, grid: Grid, asked: np.ndarray, step: int, lung: np.ndarray, lobe: np.ndarray
) -> GridLobes:
    """Linear between pixels and slices for lung, the nearest for lobes."""
    out = GridLobes(np.zeros(grid.hu.shape, np.uint8), np.zeros(grid.hu.shape, np.uint8))
    (rows, near_row), (columns, near_column) = (
        in_pixels(grid.factors[axis], grid.hu.shape[axis], volume.hu.shape[axis], lung.shape[axis])
        for axis in (1, 2)
    )
    soft = rows @ lung.astype(np.float32) @ columns.T
    names = lobe[:, near_row[:, None], near_column]
    fz = grid.factors[0]
    reach = max(fz, step)
    for z in range(len(out.lung)):
        centre = z * fz + (fz - 1) / 2
        above = min(int(np.searchsorted(asked, centre)), len(asked) - 1)
        below = max(0, above - 1) if asked[above] > centre else above
        apart = asked[above] - asked[below]
        weight = min(1, max(0, (centre - asked[below]) / apart)) if apart else 0
        nearest = below if weight < 0.5 else above
        if abs(asked[nearest] - centre) > reach:
            continue
        out.lung[z] = soft[below] + (soft[above] - soft[below]) * np.float32(weight) + np.float32(0.5)
        out.lobe[z] = names[nearest]
    return out


def in_pixels(factor: int, count: int, full: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """For the centre of each work voxel the network's pixels as weights, [count, size], and the nearest."""
    starts = np.arange(count) * factor
    centres = (starts + np.minimum(starts + factor, full)) / 2
    at = np.clip(centres * size / full - 0.5, 0, size - 1)
    return linear_weights(at, size), np.floor(at + 0.5).astype(int)


def linear_weights(at: np.ndarray, size: int) -> np.ndarray:
    """Linear interpolation at positions among `size` samples as a matrix, float32."""
    return np.clip(1 - abs(at[:, None] - np.arange(size)), 0, None).astype(np.float32)
