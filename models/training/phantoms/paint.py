"""
Real lungs, painted lesions: opacities of known outline in a real scan, for evaluation only.

The outlines are those that experts drew on real COVID-19 (COVID-19-CT-Seg, CC BY 4.0), carried over lung by lung: the
position of a voxel in its lung's bounding box, slice by slice, is looked up in theirs. The texture is the scan's own:
ground glass adds attenuation to what is there, so vessels and noise remain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .fields import Array, smooth_noise

RIGHT, LEFT = 1, 2


@dataclass
class ExpertMasks:
    """Of one patient, [z, y, x]: 1 right and 2 left lung; lesions."""

    sides: Array
    lesions: Array


def load_expert_masks(lungs: list[Array], lesions: list[Array]) -> ExpertMasks:
    """From planes (feet to head, the patient's right on the left)."""
    mask = np.stack([plane > 0 for plane in lungs])
    half = mask.shape[2] // 2
    columns = np.arange(mask.shape[2]) < half
    sides = np.where(mask, np.where(columns, RIGHT, LEFT), 0).astype(np.uint8)
    return ExpertMasks(sides, np.stack([plane > 0 for plane in lesions]))


def carry_over(target_sides: Array, experts: ExpertMasks) -> Array:
    """The experts' lesions in the shape of the target's lungs, 0 to 1 (soft edges), [z, y, x] float32."""
    painted = np.zeros(target_sides.shape, np.float32)
    lesions = ndimage.gaussian_filter(experts.lesions.astype(np.float32), (0.7, 0.7, 0.7))
    for side in (RIGHT, LEFT):
        there, here = experts.sides == side, target_sides == side
        their_slices, our_slices = occupied(there), occupied(here)
        boxes = {z: box(there[z]) for z in range(their_slices[0], their_slices[-1] + 1) if there[z].any()}
        for z in our_slices:
            share = (z - our_slices[0]) / max(1, our_slices[-1] - our_slices[0])
            source = their_slices[0] + share * (their_slices[-1] - their_slices[0])
            nearest = min(boxes, key=lambda k: abs(k - source))
            ys, xs = np.nonzero(here[z])
            ours, theirs = box(here[z]), boxes[nearest]
            rows = theirs[0] + (ys - ours[0]) / max(1, ours[1] - ours[0]) * (theirs[1] - theirs[0])
            columns = theirs[2] + (xs - ours[2]) / max(1, ours[3] - ours[2]) * (theirs[3] - theirs[2])
            at = np.stack([np.full(len(rows), source), rows, columns])
            painted[z, ys, xs] = ndimage.map_coordinates(lesions, at, order=1, mode="nearest")
    return painted


def occupied(mask: Array) -> Array:
    return np.flatnonzero(mask.any((1, 2)))


def box(plane: Array) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(plane.any(1)), np.flatnonzero(plane.any(0))
    return rows[0], rows[-1], columns[0], columns[-1]


def paint(
    hu: Array,
    spacing_mm: tuple[float, float, float],
    sides: Array,
    experts: ExpertMasks,
    consolidated: float,
    seed: int,
) -> tuple[Array, Array]:
    """
    The painted volume, int16, and the exact mask of what was painted, uint8.

    :param consolidated: share of the lesions' depth that is consolidation: 0 for pure ground glass
    """
    rng = np.random.default_rng(seed)
    soft = carry_over(sides, experts)
    mask = (soft > 0.5) & (sides > 0)
    edge = ndimage.gaussian_filter(mask.astype(np.float32), [0.8 / s for s in spacing_mm])
    uneven = smooth_noise(rng, hu.shape, 12 / spacing_mm[1])
    glass_hu = rng.uniform(-560, -420) + 50 * uneven
    aerated = ndimage.median(hu[sides > 0]) if (sides > 0).any() else -850
    value = hu.astype(np.float32)
    # What is dense already (vessels, walls) gains less: attenuation does not go beyond that of soft tissue.
    room = np.clip((60 - value) / (60 - aerated), 0, 1.3)
    value = value + edge * (glass_hu - aerated) * room
    if consolidated > 0:
        depth = ndimage.distance_transform_edt(mask, sampling=spacing_mm)
        core = depth > np.quantile(depth[mask], 1 - consolidated)
        dense = ndimage.gaussian_filter(core.astype(np.float32), [1.0 / s for s in spacing_mm])
        residual = value - ndimage.gaussian_filter(value, [2 / s for s in spacing_mm])
        value = value + dense * (20 + 15 * uneven + 0.6 * residual - value)
    return np.rint(value).astype(np.int16), mask.astype(np.uint8)
