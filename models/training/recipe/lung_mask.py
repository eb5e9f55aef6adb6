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


def imitate_pipeline_mask(
    hu: NDArray[np.int16],
    bits: NDArray[np.uint8],
    spacing_mm: tuple[float, float, float],
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """
    The true lungs [z, y, x], grown or shrunk in the slice by up to 3 mm, and with probability 0.5 without
    the dense opacity within 12 mm of their border.
    """
    lungs = (bits & LOBE_BITS) > 0
    mask = lungs
    error = rng.uniform(-LARGEST_ERROR_MM, LARGEST_ERROR_MM)
    reach = 2 * round(abs(error) / spacing_mm[1]) + 1
    if reach > 1:
        grow = ndimage.maximum_filter if error > 0 else ndimage.minimum_filter
        mask = grow(lungs.view(np.uint8), size=(1, reach, reach)) > 0
    if rng.random() < DROP_PROBABILITY:
        near = 2 * round(NEAR_BORDER_MM / spacing_mm[1]) + 1
        inner = ndimage.minimum_filter(lungs.view(np.uint8), size=(1, near, near)) > 0
        dense = ((bits & OPACITY_BIT) > 0) & (hu > DENSE_HU)
        mask = mask & ~(dense & ~inner)
    return mask
