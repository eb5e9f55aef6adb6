"""Trachea and main bronchi."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .body import TISSUE_HU
from .grid import Grid
from .masks import IN_PLANE, dilate, reachable

LUMEN_HU = -900
LUMEN_AREA_MM2 = (60, 900)
LUMEN_WIDTH_MM = 45
FROM_MIDLINE_MM = 45
WANDER_MM = 10
MIN_LENGTH_MM = 30
AROUND_CARINA_MM = 60
GROWTH_HU = range(-970, -859, 10)
MAX_BRONCHI_ML = 40
BURST = 1.7
WALL_MM = 2.5


@dataclass(frozen=True)
class Lumen:
    label: int
    z: int
    y: float
    x: float
    area_mm2: float


def find_airways(grid: Grid, body: np.ndarray) -> np.ndarray:
    """A lumen near the mid-line followed downwards to the carina, then grown from there without bursting."""
    labels, lumens = lumens_of(grid, body)
    track = longest_track(grid, body, lumens)
    if not track:
        return np.zeros(body.shape, bool)
    lumen = np.isin(labels, [one.label for one in track])
    grow_bronchi(grid, body, lumen, track[-1])
    around = dilate(lumen, grid.spacing_mm, max(WALL_MM, 1.01 * grid.spacing_mm[2]))
    return around & (body > 0) & (grid.hu < TISSUE_HU)


def lumens_of(grid: Grid, body: np.ndarray) -> tuple[np.ndarray, list[Lumen]]:
    """Dark round areas of each slice that may be a trachea, and their labels."""
    mm_z, mm_y, mm_x = grid.spacing_mm
    labels, count = ndimage.label((body > 0) & (grid.hu < LUMEN_HU), IN_PLANE[0])
    areas = np.bincount(labels.ravel(), minlength=count + 1) * mm_y * mm_x
    boxes = ndimage.find_objects(labels)
    found = []
    for label in np.flatnonzero((areas >= LUMEN_AREA_MM2[0]) & (areas <= LUMEN_AREA_MM2[1])):
        if label == 0:
            continue
        z, rows, columns = boxes[label - 1]
        if max((rows.stop - rows.start) * mm_y, (columns.stop - columns.start) * mm_x) > LUMEN_WIDTH_MM:
            continue
        y, x = np.nonzero(labels[z.start, rows, columns] == label)
        found.append(Lumen(label, z.start, rows.start + y.mean(), columns.start + x.mean(), areas[label]))
    return labels, found


def longest_track(grid: Grid, body: np.ndarray, lumens: list[Lumen]) -> list[Lumen]:
    """The trachea as its lumen in each slice, from the head down; empty where there is none."""
    mm_z, mm_y, mm_x = grid.spacing_mm
    upper = np.nonzero(body[len(body) // 2 :])[2]
    midline = upper.mean() if len(upper) else body.shape[2] / 2
    by_slice: dict[int, list[Lumen]] = {}
    for lumen in lumens:
        by_slice.setdefault(lumen.z, []).append(lumen)
    best: list[Lumen] = []
    tracks: list[list[Lumen]] = []
    for z in reversed(range(len(body))):
        candidates = by_slice.get(z, [])
        taken: set[int] = set()
        following = []
        for track in tracks:
            last = track[-1]
            found = continuation(candidates, last, grid)
            if found is not None and found.label not in taken:
                taken.add(found.label)
                track.append(found)
                following.append(track)
            elif (last.z - z) * mm_z < 2 * WANDER_MM:
                following.append(track)
        for candidate in candidates:
            if candidate.label not in taken and abs(candidate.x - midline) * mm_x < FROM_MIDLINE_MM:
                following.append([candidate])
        tracks = following
        best = max([best, *tracks], key=len)
    return best if len(best) * mm_z >= MIN_LENGTH_MM else []


def continuation(candidates: list[Lumen], last: Lumen, grid: Grid) -> Lumen | None:
    """The nearest lumen that is not much wider, which would be the carina or a leak."""
    _, mm_y, mm_x = grid.spacing_mm
    near = [
        (mm, candidate)
        for candidate in candidates
        if (mm := np.hypot((candidate.y - last.y) * mm_y, (candidate.x - last.x) * mm_x)) < WANDER_MM
        and candidate.area_mm2 < 2.5 * last.area_mm2
    ]
    return min(near, key=lambda one: one[0])[1] if near else None


def grow_bronchi(grid: Grid, body: np.ndarray, lumen: np.ndarray, carina: Lumen) -> None:
    """Adds to `lumen` what grows from it around the carina by the loosest threshold that does not burst."""
    centre = (carina.z, carina.y, carina.x)
    spans = [
        slice(
            max(0, int(np.floor(at - AROUND_CARINA_MM / mm))),
            min(size, int(np.ceil(at + AROUND_CARINA_MM / mm)) + 1),
        )
        for at, mm, size in zip(centre, grid.spacing_mm, body.shape)
    ]
    box = tuple(spans)
    z, y, x = np.ogrid[box]
    offsets = [(axis - at) * mm for axis, at, mm in zip((z, y, x), centre, grid.spacing_mm)]
    ball = sum(offset**2 for offset in offsets) <= AROUND_CARINA_MM**2
    trachea = lumen[box] & ball
    inside = (body[box] > 0) & ball
    hu = grid.hu[box]
    grown, grown_voxels = None, 0
    for threshold in GROWTH_HU:
        candidate = reachable(trachea | (inside & (hu < threshold)), trachea)
        voxels = np.count_nonzero(candidate) - np.count_nonzero(trachea)
        slack = 2 / grid.voxel_ml
        bursts = grown is not None and voxels > BURST * grown_voxels + slack
        if voxels * grid.voxel_ml > MAX_BRONCHI_ML or bursts:
            break
        grown, grown_voxels = candidate, voxels
    if grown is not None:
        lumen[box] |= grown
