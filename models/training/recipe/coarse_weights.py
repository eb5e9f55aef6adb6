"""Weights of a convolution on a fine grid, arranged for one that works on a coarser grid and gives the same."""

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
"""[out, in, 3, 3] or [out, in, k, k]."""


def coarse_weights(weights: Weights, cell: int, block: int) -> Weights:
    """
    Of a 3x3 convolution with a border of one zero. Its input comes as cells of `cell` x `cell` fine pixels whose
    channels hold one pixel after the other ([rows, columns, channels], as SpaceToDepth makes them); its output
    leaves as blocks of `block` x `block` pixels in the same order, for DepthToSpace in mode DCR. `block` is a
    multiple of `cell`: their ratio is the stride, and the border is one cell.

    Gives [block * block * out, cell * cell * in, k, k], k = block / cell + 2. Most of them are zeros: more
    arithmetic, but a processor that takes 16 channels or more at a time is faster with it than with 8 channels
    of four times as many pixels.
    """
    spread = _spread(weights, cell, block)
    out, channels, _, _ = weights.shape
    side = spread.shape[-1]
    return spread.reshape(block * block * out, cell * cell * channels, side, side)


def coarse_weights_of_doubled(weights: Weights) -> Weights:
    """
    The same where the input was doubled to its nearest neighbours: what the pixels of a cell are multiplied with is
    added up, and the input stays as it was before. Gives [4 * out, in, 3, 3].
    """
    out, channels, _, _ = weights.shape
    return _spread(weights, 2, 2).sum(axis=(3, 4)).reshape(4 * out, channels, 3, 3)


def _spread(weights: Weights, cell: int, block: int) -> Weights:
    """[block, block, out, cell, cell, in, k, k]: where each fine pixel of the output finds those of the input."""
    out, channels, _, _ = weights.shape
    side = block // cell + 2
    spread = np.zeros((block, block, out, cell, cell, channels, side, side), np.float32)
    for y, x, row, column in np.ndindex(block, block, 3, 3):
        (at_y, in_y), (at_x, in_x) = divmod(y + row - 1, cell), divmod(x + column - 1, cell)
        spread[y, x, :, in_y, in_x, :, at_y + 1, at_x + 1] = weights[:, :, row, column]
    return spread
