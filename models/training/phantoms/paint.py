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
from .lung_mask import LEFT, RIGHT

#: Attenuation that painting approaches and never passes, HU: soft tissue.
SOFT_TISSUE_HU = 60
#: Painted beyond the lungs' bounding box: nothing; this is how far the filters reach, mm.
MARGIN_MM = 8


@dataclass
class ExpertMasks:
    """Of one patient, [z, y, x]: 1 right and 2 left lung, uint8; lesions, boolean."""

    sides: Array
    lesions: Array


def load_expert_masks(lungs: list[Array], lesions: list[Array]) -> ExpertMasks:
    """
    From planes (feet to head, the patient's right on the left).

    :raises ValueError: one of the two lungs is missing
    """
    mask = np.stack([plane > 0 for plane in lungs])
    half = mask.shape[2] // 2
    columns = np.arange(mask.shape[2]) < half
    sides = np.where(mask, np.where(columns, RIGHT, LEFT), 0).astype(np.uint8)
    if not ((sides == RIGHT).any() and (sides == LEFT).any()):
        raise ValueError("the experts' masks must show both lungs")
    return ExpertMasks(sides, np.stack([plane > 0 for plane in lesions]))


def carry_over(target_sides: Array, experts: ExpertMasks) -> Array:
    """The experts' lesions in the shape of the target's lungs, 0 to 1 (soft edges), [z, y, x] float32."""
    painted = np.zeros(target_sides.shape, np.float32)
    lesions = ndimage.gaussian_filter(experts.lesions.astype(np.float32), 0.7)
    for side in (RIGHT, LEFT):
        there, here = experts.sides == side, target_sides == side
        their_slices, our_slices = occupied(there), occupied(here)
        boxes = {z: box(there[z]) for z in their_slices}
        for z in our_slices:
            share = (z - our_slices[0]) / max(1, our_slices[-1] - our_slices[0])
            source = their_slices[0] + share * (their_slices[-1] - their_slices[0])
            theirs = boxes[their_slices[np.argmin(np.abs(their_slices - source))]]
            ours = box(here[z])
            ys, xs = np.nonzero(here[z])
            rows = theirs[0] + (ys - ours[0]) / max(1, ours[1] - ours[0]) * (theirs[1] - theirs[0])
            columns = theirs[2] + (xs - ours[2]) / max(1, ours[3] - ours[2]) * (theirs[3] - theirs[2])
            at = np.stack([np.full(len(rows), source), rows, columns])
            painted[z, ys, xs] = ndimage.map_coordinates(lesions, at, order=1, mode="nearest")
    return painted


def occupied(mask: Array) -> Array:
    """Indices of the slices that hold something."""
    return np.flatnonzero(mask.any((1, 2)))


def box(plane: Array) -> tuple[int, int, int, int]:
    """First and last row, first and last column that hold something."""
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
    The painted volume, int16 [z, y, x], and the exact mask of what was painted, uint8.

    :param sides: the lungs, as `threshold_sides` gives them
    :param consolidated: share of the lesions' voxels, the deepest, that are consolidation: 0 for pure ground glass
    :raises ValueError: no lesion fell into the lungs
    """
    where = lungs_box(sides, spacing_mm)
    values, inside = hu[where].astype(np.float32), sides[where]
    soft = carry_over(inside, experts)
    mask = soft > 0.5
    if not mask.any():
        raise ValueError("no lesion fell into the lungs")
    rng = np.random.default_rng(seed)
    glass_hu = rng.uniform(-560, -420)
    uneven = smooth_noise(rng, values.shape, 12 / spacing_mm[1])
    edge = blurred(mask, 0.8, spacing_mm)
    aerated = float(np.median(values[inside > 0]))
    # What is dense already (vessels, walls) gains less: attenuation does not go beyond that of soft tissue.
    room = np.clip((SOFT_TISSUE_HU - values) / (SOFT_TISSUE_HU - aerated), 0, 1.3)
    values += edge * (glass_hu + 50 * uneven - aerated) * room
    if consolidated > 0:
        dense = blurred(deepest(mask, consolidated, spacing_mm), 1.0, spacing_mm)
        residual = values - blurred(values, 2.0, spacing_mm)
        values += dense * (20 + 15 * uneven + 0.6 * residual - values)
    painted, painted_mask = hu.astype(np.int16), np.zeros(hu.shape, np.uint8)
    painted[where] = np.rint(values)
    painted_mask[where] = mask
    return painted, painted_mask


def lungs_box(sides: Array, spacing_mm: tuple[float, float, float]) -> tuple[slice, ...]:
    """Where the lungs are, and the filters' reach about them."""
    lungs = sides > 0
    found = []
    for axis, spacing in enumerate(spacing_mm):
        at = np.flatnonzero(lungs.any(tuple(other for other in range(3) if other != axis)))
        margin = int(np.ceil(MARGIN_MM / spacing))
        found.append(slice(max(0, at[0] - margin), at[-1] + margin + 1))
    return tuple(found)


def blurred(values: Array, sigma_mm: float, spacing_mm: tuple[float, float, float]) -> Array:
    """Gaussian of `sigma_mm`; float32."""
    return ndimage.gaussian_filter(values.astype(np.float32), [sigma_mm / s for s in spacing_mm], truncate=3)


def deepest(mask: Array, share: float, spacing_mm: tuple[float, float, float]) -> Array:
    """The share of the mask that is farthest from its border; measured on planes of half the size."""
    z, y, x = spacing_mm
    halved = mask[:, ::2, ::2]
    depth = ndimage.distance_transform_edt(halved, sampling=(z, 2 * y, 2 * x))
    core = depth > np.quantile(depth[halved], 1 - share)
    return core.repeat(2, axis=1).repeat(2, axis=2)[:, : mask.shape[1], : mask.shape[2]]
