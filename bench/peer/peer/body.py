"""The patient and everything inside, air included, without the table."""

import cv2
import numpy as np
from scipy import ndimage

from .grid import Grid
from .masks import Components, disc, holes, in_slices, reachable

TISSUE_HU = -320
# In the body mask: what the outer air had got into, and was given back for looking like lung.
GIVEN_BACK = 2
SHELL_MM = 3
WALL_MM = 40
LUNG_AREA_MM2 = 1000
FREE_AIR_HU = -950
CUT_LUNG_MM = 150


def body_mask(grid: Grid) -> np.ndarray:
    """1 inside, GIVEN_BACK where only its looks say so, 0 outside; uint8 [z, y, x]."""
    tissue = grid.hu >= TISSUE_HU
    body = largest_tissue(tissue, grid.spacing_mm)
    inside = ~reachable(~body, open_sides(tissue, grid.spacing_mm))
    return given_back(grid, tissue, body, inside)


def largest_tissue(tissue: np.ndarray, spacing_mm: tuple) -> np.ndarray:
    cores = Components.of(in_slices(cv2.erode, tissue, disc(spacing_mm, SHELL_MM)))
    core = cores.labels == max(1, int(cores.sizes.argmax()))
    return in_slices(cv2.dilate, core, disc(spacing_mm, 1.5 * SHELL_MM)) & tissue


def open_sides(tissue: np.ndarray, spacing_mm: tuple) -> np.ndarray:
    """Where the outer air enters at the sides of the slices: air, but not a lung cut by the field of view."""
    seeds = np.zeros_like(tissue)
    for axis, mm in ((1, spacing_mm[2]), (2, spacing_mm[1])):
        for end in (0, -1):
            air = ~np.take(tissue, end, axis=axis)
            runs = Components.of(air, np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]]))
            enters = runs.sizes > CUT_LUNG_MM / mm
            enters[runs.labels[:, [0, -1]]] = True
            side = [slice(None)] * 3
            side[axis] = end
            seeds[tuple(side)] |= runs.keep(enters)
    return seeds


def given_back(grid: Grid, tissue: np.ndarray, body: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Gives back the lungs where the outer air has run into them, slice by slice."""
    out = inside.astype(np.uint8)
    fewest = LUNG_AREA_MM2 / (grid.spacing_mm[1] * grid.spacing_mm[2])
    lost = holes(tissue, axis=0) & ~inside
    steps = round(WALL_MM / grid.spacing_mm[2])
    for z in np.flatnonzero(lost.sum(axis=(1, 2)) >= fewest):
        if Components.of(lost[z]).sizes.max() < fewest:
            continue
        walls = body[z] | ndimage.binary_dilation(body[z], iterations=steps, mask=tissue[z])
        pieces = Components.of(ndimage.binary_fill_holes(walls) & ~walls & ~inside[z])
        lung = pieces.keep((pieces.sizes >= fewest) & (pieces.means(grid.hu[z]) > FREE_AIR_HU))
        out[z][ndimage.binary_fill_holes(lung) & ~inside[z]] = GIVEN_BACK
    return out
