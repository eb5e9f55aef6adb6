"""Lung masks as imperfect as a segmentation's."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .phantom_folder import LOBE_BITS, OPACITY_BIT

DENSE_HU = -250
"""Above this an opacity looks like chest wall to a segmentation."""
NEAR_BORDER_MM = 12.0
LARGEST_ERROR_MM = 3.0
DROP_PROBABILITY = 0.5
CLOSE_PROBABILITY = 0.7
LARGEST_CLOSING_MM = 10.0
"""The pipeline closes dents up to 20 mm wide, and takes vessels and airway walls at the hilum in by that."""
RIGHT, LEFT = (1, 2, 3), (4, 5)
"""Lobes of each lung: neither is ever closed together with the other."""


def imitate_pipeline_mask(
    hu: NDArray[np.int16],
    bits: NDArray[np.uint8],
    spacing_mm: tuple[float, float, float],
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """
    The true lungs [z, y, x]: each closed by up to 10 mm with probability 0.7, both grown or shrunk in the slice
    by up to 3 mm, and with probability 0.5 without the dense opacity within 12 mm of their border.
    """
    lungs = (bits & LOBE_BITS) > 0
    mask = lungs
    if rng.random() < CLOSE_PROBABILITY:
        mask = _closed(bits & LOBE_BITS, spacing_mm, rng.uniform(0, LARGEST_CLOSING_MM))
    error = rng.uniform(-LARGEST_ERROR_MM, LARGEST_ERROR_MM)
    reach = 2 * round(abs(error) / spacing_mm[1]) + 1
    if reach > 1:
        grow = ndimage.maximum_filter if error > 0 else ndimage.minimum_filter
        mask = grow(mask.view(np.uint8), size=(1, reach, reach)) > 0
    if rng.random() < DROP_PROBABILITY:
        near = 2 * round(NEAR_BORDER_MM / spacing_mm[1]) + 1
        inner = ndimage.minimum_filter(lungs.view(np.uint8), size=(1, near, near)) > 0
        dense = ((bits & OPACITY_BIT) > 0) & (hu > DENSE_HU)
        mask = mask & ~(dense & ~inner)
    return mask


def _closed(
    lobes: NDArray[np.uint8], spacing_mm: tuple[float, float, float], reach_mm: float
) -> NDArray[np.bool_]:
    """
    Both lungs, each dilated and eroded by a box of `reach_mm` to every side: not the pipeline's ball, which costs
    a hundred times as much here and fills corners a little less.
    """
    reach = [round(reach_mm / spacing) for spacing in spacing_mm]
    size = tuple(2 * voxels + 1 for voxels in reach)
    inside = tuple(slice(voxels, voxels + length) for voxels, length in zip(reach, lobes.shape))
    closed = np.zeros(lobes.shape, bool)
    for side in (RIGHT, LEFT):
        # With room around it a lung at the edge of the scan is not drawn to the edge.
        lung = np.pad(np.isin(lobes, side).view(np.uint8), [(voxels, voxels) for voxels in reach])
        closed |= ndimage.minimum_filter(ndimage.maximum_filter(lung, size), size)[inside] > 0
    return closed
