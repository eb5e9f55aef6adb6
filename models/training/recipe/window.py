"""The lung window, as src/volume/window.ts has it."""

import numpy as np
from numpy.typing import NDArray

LEVEL_HU = -500.0
WIDTH_HU = 1500.0


def window_hu(hu: NDArray[np.generic]) -> NDArray[np.float32]:
    """HU mapped so that [-1250, 250] becomes [0, 1], clipped (PIPELINE.md 4)."""
    low = LEVEL_HU - WIDTH_HU / 2
    return np.clip((hu.astype(np.float32) - np.float32(low)) / np.float32(WIDTH_HU), 0, 1)
