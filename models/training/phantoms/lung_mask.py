"""A threshold mask of real lungs, good enough to paint into: aerated lung, its vessels, not the trachea."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .fields import Array

RIGHT, LEFT = 1, 2
#: The classical threshold between lung and soft tissue (FACTS: 0.99 Dice on normal lungs).
THRESHOLD_HU = -320
SMALLEST_LUNG_ML = 300
#: Trachea and main bronchi, slice by slice: small, darker than lung, near the middle.
AIRWAY_MM2, AIRWAY_HU, AIRWAY_FROM_MIDDLE_MM = 900, -930, 28
#: A component is of one side when no more than this share of it lies beyond the middle.
BEYOND_MIDDLE = 0.15
#: Vessels of up to twice this at the lung's border are taken into it, mm.
CLOSING_MM = 3.1


def threshold_sides(hu: Array, spacing_mm: tuple[float, float, float]) -> Array:
    """
    1 right lung, 2 left lung, 0 elsewhere, uint8 [z, y, x]. Searched on planes of half the size, of which every voxel
    is a sample, not a mean; the border is drawn again at full size.

    :param hu: [z, y, x], feet to head, front to back, the patient's right to left
    :raises ValueError: no lungs were found
    """
    between, row, column = spacing_mm
    halved = hu[:, ::2, ::2]
    inner = np.stack([enclosed(plane < THRESHOLD_HU) for plane in halved])
    columns = np.flatnonzero(inner.any((0, 1)))
    if len(columns) == 0:
        raise ValueError("no lungs were found to paint into")
    middle = (columns[0] + columns[-1]) / 2
    for plane, mask in zip(halved, inner):
        remove_airways(plane, mask, middle, (2 * row, 2 * column))
    lungs = largest_two(inner, between * row * column * 4 / 1000)
    iterations = max(1, round(CLOSING_MM / (2 * row)))
    sides = np.stack([fill_sides(divide(plane, middle), iterations) for plane in lungs])
    return at_full_size(sides, hu)


def enclosed(air: Array) -> Array:
    """Air of one plane that does not reach the plane's border, without specks; [y, x] boolean."""
    labels, _ = ndimage.label(air)
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return ndimage.binary_opening(air & ~np.isin(labels, np.unique(edges)), np.ones((2, 2)))


def remove_airways(hu: Array, mask: Array, middle: float, pixel_mm: tuple[float, float]) -> None:
    """Takes trachea and main bronchi out of the mask of one plane."""
    labels, count = ndimage.label(mask)
    for label, where in enumerate(ndimage.find_objects(labels, count), start=1):
        at = labels[where] == label
        rows_mm2 = at.sum() * pixel_mm[0] * pixel_mm[1]
        away = abs((where[1].start + where[1].stop - 1) / 2 - middle) * pixel_mm[1]
        if rows_mm2 < AIRWAY_MM2 and away < AIRWAY_FROM_MIDDLE_MM and np.median(hu[where][at]) < AIRWAY_HU:
            mask[where][at] = False


def largest_two(mask: Array, voxel_ml: float) -> Array:
    """Its two largest components, of those that are large enough to be a lung."""
    labels, _ = ndimage.label(mask)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    large = [label for label in np.argsort(sizes)[-2:] if sizes[label] * voxel_ml > SMALLEST_LUNG_ML]
    if not large:
        raise ValueError("no lungs were found to paint into")
    return np.isin(labels, large)


def divide(lungs: Array, middle: float) -> Array:
    """Right and left of one plane; a component across the middle, where the lungs touch, is cut there."""
    labels, count = ndimage.label(lungs)
    sides = np.zeros(lungs.shape, np.uint8)
    beyond = np.arange(lungs.shape[1]) > middle
    for label in range(1, count + 1):
        at = labels == label
        left_share = at[:, beyond].sum() / at.sum()
        if left_share < BEYOND_MIDDLE or left_share > 1 - BEYOND_MIDDLE:
            sides[at] = LEFT if left_share > 0.5 else RIGHT
        else:
            sides[at] = np.broadcast_to(np.where(beyond, LEFT, RIGHT), at.shape)[at]
    return sides


def fill_sides(sides: Array, iterations: int) -> Array:
    """Vessels and dense spots inside each lung of one plane, too."""
    filled = sides.copy()
    for side in (RIGHT, LEFT):
        closed = ndimage.binary_closing(np.pad(sides == side, iterations), iterations=iterations)
        whole = ndimage.binary_fill_holes(closed)[iterations:-iterations, iterations:-iterations]
        filled[whole & (filled == 0)] = side
    return filled


def at_full_size(sides: Array, hu: Array) -> Array:
    """From halved planes; within two pixels of its border, only what is air at full size is lung."""
    full = sides.repeat(2, axis=1).repeat(2, axis=2)[:, : hu.shape[1], : hu.shape[2]]
    for plane, values in zip(full, hu):
        if not plane.any():
            continue
        grown = ndimage.maximum_filter(plane, 3)
        core = ndimage.minimum_filter(plane, 5)
        plane[:] = np.where(core > 0, plane, np.where(values < THRESHOLD_HU, grown, 0))
    return full
