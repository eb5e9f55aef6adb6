"""Both lungs: what threshold and network call lung, united, parted into sides, filled to the chest wall."""

import numpy as np
from skimage.segmentation import watershed

from .body import GIVEN_BACK, TISSUE_HU
from .consolidation import add_consolidation
from .grid import Grid
from .masks import Components, box_of, close, dilate, fill_enclosed
from .slice_network import LIKELY_LUNG, GridLobes

RIGHT, LEFT = 1, 2
# Side of each lobe label: none, RUL, RML, RLL, LUL, LLL.
SIDE_OF_LOBE = np.array([0, RIGHT, RIGHT, RIGHT, LEFT, LEFT], np.uint8)

GAS_HU = -962
VOUCHED_ML = 0.3
LARGE_ML = 100
LARGE_FRACTION = 0.08
FAINT_SUPPORT = 20
UNSUPPORTED_ML = 300
SURE_FRACTION = 0.5

APART_MM = 8
FAT_HU = (-150, -30)
SURE = 230

CRUMB_ML = 5
CLOSE_MM = 10
CLEAR_MAJORITY = 0.9
ENOUGH_LABELS = 0.5


def classical_lungs(grid: Grid, body: np.ndarray, airways: np.ndarray, network: GridLobes) -> np.ndarray:
    """Aerated lung: air inside the body, without airways and the gas of stomach and bowel."""
    air = (body > 0) & ~airways & (grid.hu < TISSUE_HU)
    pieces = Components.of(air)
    ml = pieces.sizes * grid.voxel_ml
    hu = pieces.means(grid.hu)
    support = pieces.means(network.lung)
    sure = pieces.means(body != GIVEN_BACK)
    speaks = bool((network.lung[air] >= LIKELY_LUNG).any())
    largest = ml[hu > GAS_HU].max(initial=0)
    large = ml >= max(LARGE_ML, LARGE_FRACTION * largest)
    unsupported = (ml >= UNSUPPORTED_ML) & (sure >= SURE_FRACTION)
    if speaks:
        kept = np.where(
            support >= LIKELY_LUNG, ml >= VOUCHED_ML, large & ((support >= FAINT_SUPPORT) | unsupported)
        )
    else:
        kept = large
    return pieces.keep(kept & (hu > GAS_HU))


def without_fat(grid: Grid, aerated: np.ndarray, network: GridLobes) -> GridLobes:
    """Without what the network calls lung, unsure, apart from aerated lung and as dense as fat."""
    apart = ~dilate(aerated, grid.spacing_mm, APART_MM) & (network.lung >= LIKELY_LUNG)
    pieces = Components.of(apart)
    hu = pieces.means(grid.hu)
    fat = pieces.keep((hu > FAT_HU[0]) & (hu < FAT_HU[1]) & (pieces.means(network.lung) < SURE))
    return GridLobes(np.where(fat, 0, network.lung), network.lobe)


def unite_lungs(
    grid: Grid, body: np.ndarray, airways: np.ndarray, aerated: np.ndarray, network: GridLobes
) -> np.ndarray:
    """0 outside the lungs, else RIGHT or LEFT; uint8 [z, y, x]."""
    united = (aerated | (network.lung >= LIKELY_LUNG)) & (body > 0) & ~airways
    pieces = Components.of(united)
    united = pieces.keep(pieces.sizes >= CRUMB_ML / grid.voxel_ml)
    sides = lung_sides(united, aerated, network)
    both = box_of(sides > 0)
    filled = sides.copy()
    if both is None:
        return filled
    middle = [(both[axis].start + both[axis].stop - 1) / 2 for axis in (1, 2)]
    for side in (RIGHT, LEFT):
        box = box_of(sides == side, 1)
        if box is None:
            continue
        lung = sides[box] == side
        here = (middle[0] - box[1].start, middle[1] - box[2].start)
        lung = add_consolidation(grid.hu[box], grid.spacing_mm, lung, body[box] > 0, here)
        gained = fill_enclosed(close(lung, grid.spacing_mm, CLOSE_MM))
        filled[box][gained & (filled[box] == 0)] = side
    filled[(body == 0) | airways] = 0
    return filled


def lung_sides(lungs: np.ndarray, aerated: np.ndarray, network: GridLobes) -> np.ndarray:
    """By the network's labels, a connected piece with a clear majority as a whole."""
    sides = np.where(lungs & (network.lung >= LIKELY_LUNG), SIDE_OF_LOBE[network.lobe], 0)
    beyond = np.arange(lungs.shape[2]) > least_lung_between(lungs.sum(axis=(0, 1)))
    settle_by_majority(sides, Components.of(aerated), beyond)
    sides = spread(sides, lungs)
    orphans = Components.of(lungs & (sides == 0))
    if len(orphans.sizes) > 1:
        z, y, x = np.nonzero(orphans.labels)
        numbers = orphans.labels[z, y, x]
        part = (np.bincount(numbers, beyond[x], len(orphans.sizes)) / np.maximum(1, orphans.sizes))[numbers]
        to_the_left = np.where(spans_both(part), beyond[x], part > 0.5)
        sides[z, y, x] = np.where(to_the_left, LEFT, RIGHT)
    return sides


def settle_by_majority(sides: np.ndarray, pieces: Components, beyond: np.ndarray) -> None:
    """Overwrites each piece by its clear majority, or by the middle column where a lung was missed."""
    z, y, x = np.nonzero(pieces.labels)
    numbers = pieces.labels[z, y, x]
    far = beyond[x]
    own = sides[z, y, x]
    # Voxels by piece, half and label, 0 for none.
    counts = np.bincount((numbers * 2 + far) * 3 + own, minlength=len(pieces.sizes) * 6).reshape(-1, 2, 3)
    _, right, left = counts.sum(axis=1).T
    voxels = np.maximum(1, pieces.sizes)
    halves = np.maximum(1, counts.sum(axis=2))
    unlabelled = counts[:, :, 0] > (1 - ENOUGH_LABELS) * halves
    spans = spans_both(counts[:, 1].sum(axis=1) / voxels)
    clear = np.maximum(right, left) >= CLEAR_MAJORITY * (right + left)
    missed = clear & spans & np.where(right >= left, unlabelled[:, 1], unlabelled[:, 0])
    whole = np.where(clear & ~missed & (right != left), np.where(right > left, RIGHT, LEFT), 0)[numbers]
    by_column = np.where(missed[numbers] & (own == 0), np.where(far, LEFT, RIGHT), own)
    sides[z, y, x] = np.where(whole > 0, whole, by_column)


def spans_both(beyond: np.ndarray) -> np.ndarray:
    return (beyond >= 1 - CLEAR_MAJORITY) & (beyond <= CLEAR_MAJORITY)


def least_lung_between(profile: np.ndarray) -> int:
    """The column of least lung in the middle third of what the lungs span."""
    occupied = np.flatnonzero(profile)
    first, last = (occupied[0], occupied[-1]) if len(occupied) else (0, len(profile) - 1)
    start, stop = int(np.ceil(first + (last - first) / 3)), int(np.floor(last - (last - first) / 3))
    middle = int((first + last) / 2 + 0.5)
    third = np.arange(start, stop + 1)
    best = third[profile[third].argmin()] if len(third) else middle
    return int(best) if len(third) and profile[best] < profile[middle] else middle


def spread(labels: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Gives what has no label that of the nearest labelled voxel along a path inside."""
    box = box_of(within)
    out = np.zeros(labels.shape, np.uint8)
    if box is not None:
        markers = np.where(within[box], labels[box], 0)
        out[box] = watershed(np.zeros(markers.shape, np.uint8), markers, mask=within[box])
    return out
