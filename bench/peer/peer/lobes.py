"""Lobes of the work grid: the network's, spread, without flicker and islands."""

import numpy as np

from .grid import Grid
from .lungs import LEFT, RIGHT, SIDE_OF_LOBE, spread
from .masks import Components, box_of
from .slice_network import LOBES, GridLobes

HEIGHT_MM = 4
ISLAND_FRACTION = 0.15


def name_lobes(grid: Grid, sides: np.ndarray, network: GridLobes) -> np.ndarray:
    """The lobe (index in LOBES + 1) of every voxel of the lungs, 0 elsewhere; uint8 [z, y, x]."""
    out = np.zeros(sides.shape, np.uint8)
    box = box_of(sides > 0)
    if box is not None:
        out[box] = smooth(assign(sides[box], network.lobe[box]), grid.spacing_mm[0])
    return out


def assign(sides: np.ndarray, network: np.ndarray) -> np.ndarray:
    out = np.zeros(sides.shape, np.uint8)
    for side in (RIGHT, LEFT):
        lung = sides == side
        if not lung.any():
            continue
        seeds = np.where(lung & (SIDE_OF_LOBE[network] == side), network, 0)
        named = spread(seeds, lung)
        out[lung] = np.where(named[lung] > 0, named[lung], geometric(lung, side)[lung])
    return out


def geometric(lung: np.ndarray, side: int) -> np.ndarray:
    """Lobes of one lung by textbook proportions of its bounding box."""
    box = box_of(lung)
    z, y, _ = np.ogrid[tuple(slice(0, n) for n in lung.shape)]
    up, back = ((axis - span.start) / max(1, span.stop - 1 - span.start) for axis, span in zip((z, y), box))
    number = {name: index + 1 for index, name in enumerate(LOBES)}
    above = up > 0.8 * back
    if side == LEFT:
        plane = np.where(above, number["LUL"], number["LLL"])
    else:
        plane = np.where(above, np.where(up > 0.5, number["RUL"], number["RML"]), number["RLL"])
    return np.broadcast_to(plane, lung.shape)


def smooth(labels: np.ndarray, mm_z: float) -> np.ndarray:
    out = majority_along_height(labels, max(1, int(HEIGHT_MM / mm_z + 0.5)))
    settled = out.copy()
    for label in range(1, len(LOBES) + 1):
        pieces = Components.of(out == label)
        settled[pieces.keep(pieces.sizes < ISLAND_FRACTION * pieces.sizes.max())] = 0
    joined = spread(settled, out > 0)
    return np.where(joined > 0, joined, out)


def majority_along_height(labels: np.ndarray, reach: int) -> np.ndarray:
    """In each column of voxels the label of the same lung that most of the neighbours above and below have."""
    depth = len(labels)
    best, best_votes = labels.copy(), np.zeros(labels.shape, np.int16)
    votes = {}
    for label in range(1, len(LOBES) + 1):
        counted = np.cumsum(
            np.pad(labels == label, ((reach + 1, reach), (0, 0), (0, 0))), axis=0, dtype=np.int16
        )
        votes[label] = counted[2 * reach + 1 :] - counted[:depth]
        best_votes[labels == label] = votes[label][labels == label]
    for label, count in votes.items():
        wins = (labels > 0) & (SIDE_OF_LOBE[labels] == SIDE_OF_LOBE[label]) & (count > best_votes)
        best[wins], best_votes[wins] = label, count[wins]
    return best
