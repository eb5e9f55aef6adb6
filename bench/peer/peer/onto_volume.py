"""Lobes of the work grid on the volume's own grid."""

import cv2
import numpy as np

from .grid import Grid
from .masks import box_of, dilate
from .slice_network import LOBES
from .volume import Volume

EDGE_HU = -450
SURE_HU = 100
PULL = 0.5
AIR_REACH_MM = 3
SURFACE_DEPTH = 0.75


def onto_volume(volume: Volume, grid: Grid, blocks: np.ndarray) -> np.ndarray:
    """
    The outline is the half-way surface of the blocks, moved at aerated lung towards where the voxels' own HU
    turn from air to tissue; the fissures are where the weights of the neighbouring blocks' lobes are equal.
    """
    out = np.zeros(volume.hu.shape, np.uint8)
    box = box_of(blocks > 0, 1)
    if box is None:
        return out
    near_air = dilate((blocks[box] > 0) & (grid.hu[box] < EDGE_HU), grid.spacing_mm, AIR_REACH_MM)
    surface = surface_blocks(blocks, grid.factors)[box]
    # [z, y, x, lobe]: how much of each lobe a block is.
    shares = (blocks[box][..., None] == np.arange(1, len(LOBES) + 1)).astype(np.float32)
    whole = tuple(
        slice(span.start * factor, min(size, span.stop * factor))
        for span, factor, size in zip(box, grid.factors, out.shape)
    )
    hu, lobes = volume.hu[whole], out[whole]
    fz, fy, fx = grid.factors
    for z in range(len(lobes)):
        at = min(len(shares) - 1, max(0, (z - (fz - 1) / 2) / fz))
        low = int(at)
        high = min(low + 1, len(shares) - 1)
        between = shares[low] + (shares[high] - shares[low]) * np.float32(at - low)
        if not between.any():
            continue
        weights = enlarged(between, fy, fx, cv2.INTER_LINEAR)[: lobes.shape[1], : lobes.shape[2]]
        nearest = low if at - low < 0.5 else high
        near, at_surface = (
            enlarged(mask[nearest].view(np.uint8), fy, fx, cv2.INTER_NEAREST)[
                : lobes.shape[1], : lobes.shape[2]
            ]
            for mask in (near_air, surface)
        )
        depth = weights.sum(axis=-1)
        depth = np.where(at_surface, np.minimum(depth, SURFACE_DEPTH), depth)
        evidence = np.clip((EDGE_HU - hu[z].astype(np.float32)) / SURE_HU, -1, 1)
        moved = np.where((near > 0) & (depth < 1), PULL * evidence, 0)
        inside = (depth > 0) & (depth + moved > 0.5)
        lobes[z] = np.where(inside, weights.argmax(axis=-1) + 1, 0)
    return out


def enlarged(plane: np.ndarray, fy: int, fx: int, interpolation: int) -> np.ndarray:
    return cv2.resize(plane, None, fx=fx, fy=fy, interpolation=interpolation)


def surface_blocks(blocks: np.ndarray, factors: tuple) -> np.ndarray:
    """Blocks of lung with none beside them in the slice, along the axes where a block is one voxel."""
    surface = np.zeros(blocks.shape, bool)
    lung = blocks > 0
    for axis in (1, 2):
        if factors[axis] == 1:
            padded = np.pad(lung, [(1, 1) if one == axis else (0, 0) for one in range(3)], mode="edge")
            before, after = (
                np.take(padded, range(start, start + blocks.shape[axis]), axis=axis) for start in (0, 2)
            )
            surface |= lung & ~(before & after)
    return surface
