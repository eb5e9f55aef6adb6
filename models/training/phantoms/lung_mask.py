"""A threshold mask of real lungs, good enough to paint into: aerated lung without the airways' trunk."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .fields import Array

THRESHOLD_HU = -320


def threshold_sides(hu: Array, spacing_mm: tuple[float, float, float]) -> Array:
    """
    1 right lung, 2 left lung, 0 elsewhere, uint8 [z, y, x].

    :raises ValueError: two lungs were not found
    """
    air = hu < THRESHOLD_HU
    border = np.zeros_like(air)
    border[:, [0, -1], :] = True
    border[:, :, [0, -1]] = True
    around = ndimage.binary_propagation(border & air, mask=air, structure=plane_cross())
    inner = ndimage.binary_opening(air & ~around, np.ones((1, 3, 3)))
    labels, count = ndimage.label(inner)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    voxel_ml = np.prod(spacing_mm) / 1000
    large = [label for label in np.argsort(sizes)[::-1][:2] if sizes[label] * voxel_ml > 300]
    if not large:
        raise ValueError("no lungs were found to paint into")
    lungs = np.isin(labels, large)
    sides = np.zeros(hu.shape, np.uint8)
    middle = hu.shape[2] // 2
    for z in range(len(sides)):
        plane, found = ndimage.label(lungs[z])
        for label in range(1, found + 1):
            at = plane == label
            sides[z][at] = 1 if np.median(np.nonzero(at)[1]) < middle else 2
        closed = ndimage.binary_closing(lungs[z], iterations=4)
        fill = ndimage.binary_fill_holes(closed) & (sides[z] == 0)
        nearest = ndimage.distance_transform_edt(sides[z] == 0, return_distances=False, return_indices=True)
        if lungs[z].any():
            sides[z][fill] = sides[z][tuple(nearest)][fill]
    return sides


def plane_cross() -> Array:
    """Neighbours within a slice only: the trachea opens to the outside at neither end of a scan."""
    cross = np.zeros((3, 3, 3), bool)
    cross[1] = ndimage.generate_binary_structure(2, 1)
    return cross
