"""Resizing with the weights of src/volume/resize.ts."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=256)
def axis_weights(size_from: int, size_to: int) -> NDArray[np.float32]:
    """
    The matrix [size_to, size_from] that resizes one axis: exact fractional box coverage (area average) where
    it shrinks, linear where it grows. The outer edges of the first and last sample stay where they are:
    sample i covers [i, i + 1).
    """
    if size_from < 1 or size_to < 1:
        raise ValueError(f"an axis cannot be resized from {size_from} to {size_to} samples")
    weights = _boxes(size_from, size_to) if size_from > size_to else _lines(size_from, size_to)
    weights = weights.astype(np.float32)
    weights.setflags(write=False)
    return weights


def _boxes(size_from: int, size_to: int) -> NDArray[np.float64]:
    edges = np.arange(size_to + 1) * size_from / size_to
    low, high = edges[:-1, None], edges[1:, None]
    sample = np.arange(size_from)[None, :]
    covered = np.minimum(high, sample + 1) - np.maximum(low, sample)
    return np.maximum(covered, 0) / (high - low)


def _lines(size_from: int, size_to: int) -> NDArray[np.float64]:
    centres = np.clip((np.arange(size_to) + 0.5) * size_from / size_to - 0.5, 0, size_from - 1)
    sample = np.arange(size_from)[None, :]
    return np.maximum(1 - np.abs(centres[:, None] - sample), 0)


def resize_planes(planes: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Planes [..., y, x] resized to `size` [height, width], each axis on its own."""
    height, width = size
    if planes.shape[-2:] == (height, width):
        return planes
    rows = axis_weights(planes.shape[-2], height)
    columns = axis_weights(planes.shape[-1], width)
    return np.matmul(np.matmul(rows, planes), columns.T)


def resize_volume(volume: NDArray[np.float32], shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """A volume [z, y, x] resized along its three axes."""
    planes = resize_planes(volume, shape[1:])
    depth = axis_weights(volume.shape[0], shape[0])
    return np.matmul(depth, planes.reshape(len(planes), -1)).reshape(shape)
