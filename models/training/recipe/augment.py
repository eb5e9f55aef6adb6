"""Augmentations of PIPELINE.md 9, and jitter of HU and of the lung mask. All randomness comes from `rng`."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

OUTSIDE = 1e-3
"""At most this, a resampled voxel lies outside the lungs: interpolation does not leave exact zeros."""


@dataclass(frozen=True)
class SliceAugmentation:
    """Ranges for slices. Mirroring is left out: it would swap the lobes' names."""

    probability: float = 0.8
    """Of a rotation, zoom and shift; the rest keep their sharpness."""
    rotation_degrees: float = 20.0
    zoom: tuple[float, float] = (0.95, 1.05)
    shift: float = 0.05
    """Share of the slice."""
    lighting: float = 0.1
    gain: tuple[float, float] = (0.96, 1.04)
    offset_hu: float = 25.0


@dataclass(frozen=True)
class VolumeAugmentation:
    """Ranges for the classifier's volumes."""

    rotation_degrees: float = 10.0
    scaling: tuple[float, float] = (0.9, 1.1)
    noise_variance: float = 0.015
    elastic_alpha: float = 100.0
    elastic_sigma: tuple[float, float] = (8.0, 13.0)
    elastic_probability: float = 0.5
    mirror_axes: tuple[str, ...] = ("y", "z")
    gain: tuple[float, float] = (0.96, 1.04)
    offset_hu: float = 25.0


def jitter_hu(
    hu: NDArray[np.generic], gain: tuple[float, float], offset_hu: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """HU as a scanner that is calibrated a little differently would give them."""
    factor = np.float32(rng.uniform(*gain))
    return hu.astype(np.float32) * factor + np.float32(rng.uniform(-offset_hu, offset_hu))


def warp_slices(
    images: NDArray[np.float32],
    masks: NDArray[np.float32],
    augmentation: SliceAugmentation,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """
    Images [c, y, x] (linear, edge continued) and masks [m, y, x] (nearest) rotated, zoomed and shifted
    together about the centre.
    """
    if rng.random() >= augmentation.probability:
        return images, masks
    angle = np.deg2rad(rng.uniform(-augmentation.rotation_degrees, augmentation.rotation_degrees))
    scale = 1 / rng.uniform(*augmentation.zoom)
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    shift = rng.uniform(-augmentation.shift, augmentation.shift, 2) * 2
    theta = torch.tensor([[[cosine, -sine, shift[0]], [sine, cosine, shift[1]]]], dtype=torch.float32)
    grid = functional.affine_grid(theta, [1, 1, *images.shape[-2:]], align_corners=False)
    warped = functional.grid_sample(
        torch.from_numpy(images)[None], grid, padding_mode="border", align_corners=False
    )
    labels = functional.grid_sample(torch.from_numpy(masks)[None], grid, mode="nearest", align_corners=False)
    return warped[0].numpy(), labels[0].numpy()


def light(
    image: NDArray[np.float32], augmentation: SliceAugmentation, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Brightness and contrast of a slice in [0, 1] changed by up to `lighting`, clipped."""
    contrast = np.float32(1 + rng.uniform(-augmentation.lighting, augmentation.lighting))
    brightness = np.float32(rng.uniform(-augmentation.lighting, augmentation.lighting) / 2)
    return np.clip((image - np.float32(0.5)) * contrast + np.float32(0.5) + brightness, 0, 1)


def warp_volume(volume: Tensor, augmentation: VolumeAugmentation, rng: np.random.Generator) -> Tensor:
    """
    A volume [1, d, h, w] in [0, 1], 0 outside the lungs: rotated about its three axes, scaled, mirrored,
    deformed elastically, and given Gaussian noise where it is not 0.
    """
    angles = np.deg2rad(rng.uniform(-augmentation.rotation_degrees, augmentation.rotation_degrees, 3))
    matrix = _rotation(angles) / rng.uniform(*augmentation.scaling)
    for row, axis in enumerate(("x", "y", "z")):
        if axis in augmentation.mirror_axes and rng.random() < 0.5:
            matrix[row] *= -1
    theta = torch.from_numpy(np.concatenate([matrix, np.zeros((3, 1))], 1)[None].astype(np.float32))
    grid = functional.affine_grid(theta, [1, *volume.shape], align_corners=False)
    if rng.random() < augmentation.elastic_probability:
        grid = grid + _elastic(volume.shape[1:], augmentation, rng)
    warped = functional.grid_sample(volume[None], grid, align_corners=False)[0]
    sigma = float(np.sqrt(rng.uniform(0, augmentation.noise_variance)))
    noise = torch.from_numpy(rng.standard_normal(warped.shape, dtype=np.float32)) * sigma
    return torch.where(warped > OUTSIDE, warped + noise, warped)


def _rotation(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """A 3x3 rotation in the order x, y, z of grid coordinates."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles), np.sin(angles)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def _elastic(shape: torch.Size, augmentation: VolumeAugmentation, rng: np.random.Generator) -> Tensor:
    """
    Displacements [1, d, h, w, 3] in grid coordinates. The paper's alpha (0, 100) and sigma (8, 13) smooth white
    noise in [-1, 1] with a Gaussian of sigma voxels and multiply by alpha. Smooth noise has no detail below
    sigma: it is drawn on a grid that is sigma wide and interpolated, with the standard deviation that the
    smoothed field has (uniform noise: 1 / sqrt 3, times (2 sqrt(pi) sigma)^(-3/2)); linear interpolation
    between independent knots keeps two thirds of the variance along each axis.
    """
    alpha = rng.uniform(0, augmentation.elastic_alpha)
    sigma = rng.uniform(*augmentation.elastic_sigma)
    deviation = alpha / np.sqrt(3) * (2 * np.sqrt(np.pi) * sigma) ** -1.5 * 1.5**1.5
    coarse = [1, 3, *(max(2, round(size / sigma)) for size in shape)]
    knots = torch.from_numpy(rng.standard_normal(coarse, dtype=np.float32)) * float(deviation)
    field = functional.interpolate(knots, size=list(shape), mode="trilinear", align_corners=True)
    voxels = torch.tensor([2 / shape[2], 2 / shape[1], 2 / shape[0]])
    return field.movedim(1, -1) * voxels
