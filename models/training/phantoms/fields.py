"""Smooth random fields and signed-distance shapes. Arrays are [z, y, x] float32; distances are mm, negative inside."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

Array = np.ndarray


def spline_matrix(samples: int, intervals: int) -> Array:
    """Cubic B-spline weights, [samples, intervals + 3], that carry control values to evenly spaced samples."""
    at = np.linspace(0, intervals - 1e-6, samples)
    first = at.astype(int)
    u = at - first
    weights = np.zeros((samples, intervals + 3), np.float32)
    rows = np.arange(samples)
    weights[rows, first] = (1 - u) ** 3 / 6
    weights[rows, first + 1] = (3 * u**3 - 6 * u**2 + 4) / 6
    weights[rows, first + 2] = (-3 * u**3 + 3 * u**2 + 3 * u + 1) / 6
    weights[rows, first + 3] = u**3 / 6
    return weights


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int, int], cell: float) -> Array:
    """Smooth noise of mean 0 and a standard deviation of about 1; `cell` is the spacing of its knots, in voxels."""
    knots = [max(1, int(np.ceil(size / cell))) for size in shape]
    control = rng.standard_normal([k + 3 for k in knots]).astype(np.float32)
    over_z, over_y, over_x = (spline_matrix(size, k) for size, k in zip(shape, knots))
    field = np.tensordot(over_z, control, (1, 0))
    field = np.einsum("yb,zbc->zyc", over_y, field, optimize=True) @ over_x.T
    # A cubic B-spline of unit noise has a standard deviation of about a third in three dimensions.
    return (field / 0.33).astype(np.float32)


def smooth_step(x: Array) -> Array:
    """0 below 0, 1 above 1, without a kink between."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def noise_tile(
    rng: np.random.Generator, spacing: tuple[float, float, float], grain_mm: float, ridges: bool = False
) -> Array:
    """A wrapping tile of unit noise with the given grain; `ridges` takes its coarse part out, for septa."""
    noise = rng.standard_normal((24, 128, 128)).astype(np.float32)
    sigma = [grain_mm / s for s in spacing]
    tile = ndimage.gaussian_filter(noise, sigma, mode="wrap")
    if ridges:
        tile = tile - ndimage.gaussian_filter(noise, [2 * s for s in sigma], mode="wrap")
    return (tile / (tile.std() + 1e-6)).astype(np.float32)


def ellipsoid(x: Array, y: Array, z: Array, centre, radii) -> Array:
    """Approximate distance to an ellipsoid (exact on its surface)."""
    scaled = [(a - c) / r for a, c, r in zip((x, y, z), centre, radii)]
    return (np.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2) - 1) * min(radii)


def column(x: Array, y: Array, centre, radii) -> Array:
    """Approximate distance to an upright elliptic cylinder."""
    (cx, cy), (rx, ry) = centre, radii
    return (np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2) - 1) * min(rx, ry)


def intersection(*distances: Array) -> Array:
    """Distance to what lies in all of the shapes (exact on flat faces, too small near edges)."""
    return np.maximum.reduce(np.broadcast_arrays(*distances))


def union(*distances: Array) -> Array:
    """Distance to what lies in any of the shapes."""
    return np.minimum.reduce(np.broadcast_arrays(*distances))


def coverage(distance: Array, width_mm: float) -> Array:
    """How much of a voxel lies inside a surface: 1 inside, 0 outside, linear over `width_mm` (partial volume)."""
    return np.clip(0.5 - distance / width_mm, 0, 1)
