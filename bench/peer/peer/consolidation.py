"""Dense disease at one lung's surface, told from diaphragm, heart and great vessels."""

import numpy as np

from .body import TISSUE_HU
from .masks import Components, convex_hulls, open_

DENSE_HU = (-320, 120)
RIB_MM = 4
TALL_MM = 110
VESSEL_MM = 5
LEAST_ML = 20
LEAST_NEARER = 0.1
CLEAR_OF_DIAPHRAGM_MM = 6
LEAST_BASE_MM2 = 5000
ABOVE_MM = 6
BELOW_MM = 40
UNIT_MM = 50
ROUNDS = 20


def add_consolidation(
    hu: np.ndarray, spacing_mm: tuple, lung: np.ndarray, body: np.ndarray, middle: tuple[float, float]
) -> np.ndarray:
    """The lung with what is dense in its hulls and is disease by its place."""
    axial, coronal, sagittal = (convex_hulls(lung, axis) for axis in range(3))
    dense = ~lung & body & (hu > DENSE_HU[0]) & (hu < DENSE_HU[1])
    in_axial = dense & axial & (coronal | sagittal)
    dense &= in_axial | (coronal & sagittal)
    nearer, farther = lung_on_rays(lung, spacing_mm, middle)
    costal = open_(in_axial & nearer & ~farther, spacing_mm, RIB_MM)
    above = dense & above_diaphragm(hu, spacing_mm, lung)
    return lung | costal | dorsal(above, nearer, spacing_mm, middle[0])


def lung_on_rays(
    lung: np.ndarray, spacing_mm: tuple, middle: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Whether the ray from the middle of its slice meets lung nearer, and farther, than each voxel."""
    y, x = np.ogrid[: lung.shape[1], : lung.shape[2]]
    dy, dx = (y - middle[0]) * spacing_mm[1], (x - middle[1]) * spacing_mm[2]
    angle = np.floor((np.arctan2(dy, dx) / np.pi + 1) * 180).astype(int) % 360
    radius = dy**2 + dx**2
    nearer, farther = np.zeros_like(lung), np.zeros_like(lung)
    for z, plane in enumerate(lung):
        nearest, farthest = np.full(360, np.inf), np.zeros(360)
        np.minimum.at(nearest, angle[plane], radius[plane])
        np.maximum.at(farthest, angle[plane], radius[plane])
        nearer[z] = radius >= nearest[angle]
        farther[z] = radius < farthest[angle]
    return nearer, farther


def above_diaphragm(hu: np.ndarray, spacing_mm: tuple, lung: np.ndarray) -> np.ndarray:
    """Above a quadratic surface through the lowest lung of each column, in which low ones count more."""
    mm_z, mm_y, mm_x = spacing_mm
    base = lung.argmax(axis=0)
    y, x = np.nonzero(lung.any(axis=0) & (base > 0))
    below = base[y, x] - 1
    rests = ~lung[below, y, x] & (hu[below, y, x] >= TISSUE_HU)
    y, x = y[rests], x[rests]
    if len(y) * mm_y * mm_x < LEAST_BASE_MM2:
        return np.zeros_like(lung)

    def terms(y: np.ndarray, x: np.ndarray) -> np.ndarray:
        v = (y - lung.shape[1] / 2) * mm_y / UNIT_MM
        u = (x - lung.shape[2] / 2) * mm_x / UNIT_MM
        return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)

    rows, heights = terms(y, x), base[y, x] * mm_z
    weights = np.ones(len(rows))
    for _ in range(ROUNDS):
        root = np.sqrt(weights)
        surface, *_ = np.linalg.lstsq(rows * root[:, None], heights * root, rcond=None)
        residual = heights - rows @ surface
        weights = 1 / (1 + (residual / np.where(residual > 0, ABOVE_MM, BELOW_MM)) ** 2)
    diaphragm = terms(*np.mgrid[: lung.shape[1], : lung.shape[2]]) @ surface
    return np.arange(len(lung))[:, None, None] * mm_z - diaphragm > CLEAR_OF_DIAPHRAGM_MM


def dorsal(above: np.ndarray, nearer: np.ndarray, spacing_mm: tuple, middle_y: float) -> np.ndarray:
    """Consolidation of a lower lobe that touches the mediastinum."""
    behind = above.copy()
    behind[:, : max(0, int(np.floor(middle_y)) + 1)] = False
    upright = np.zeros((3, 3, 3), bool)
    upright[:, 1, 1] = True
    runs = Components.of(behind, upright)
    behind = runs.keep(runs.sizes * spacing_mm[0] < TALL_MM)
    opened = open_(behind, spacing_mm, VESSEL_MM)
    pieces = Components.of(opened)
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    large = pieces.sizes >= LEAST_ML / voxel_ml
    return pieces.keep(large & (pieces.means(nearer) >= LEAST_NEARER))
