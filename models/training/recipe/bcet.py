"""Balance contrast enhancement (Liu 1991, PIPELINE.md 5), as src/volume/bcet.ts computes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEGLIGIBLE = 1e-12
"""Below this share of its terms a denominator is rounding noise."""


@dataclass(frozen=True)
class StretchTargets:
    """What the plane's minimum, maximum and mean are to become."""

    low: float = 0.0
    high: float = 1.0
    mean: float = 110 / 255


def parabola(plane: NDArray[np.float64], targets: StretchTargets) -> tuple[float, float] | None:
    """
    a and b of y = a (x - b)^2 + c that carries minimum, maximum and mean of `plane` onto the targets; None
    where there is no such parabola: the plane is constant, the straight line already puts the mean on its
    target (the denominator of b is 0), or the vertex is the middle of minimum and maximum (that of a is 0).
    """
    low, high, mean = float(plane.min()), float(plane.max()), float(plane.mean())
    mean_square = float((plane * plane).mean())
    to_low, to_high, to_mean = targets.low, targets.high, targets.mean
    if not high > low:
        return None
    b_denominator = 2 * (high * (to_mean - to_low) - mean * (to_high - to_low) + low * (to_high - to_mean))
    if abs(b_denominator) <= NEGLIGIBLE * (high - low) * (to_high - to_low):
        return None
    b = (
        high * high * (to_mean - to_low) - mean_square * (to_high - to_low) + low * low * (to_high - to_mean)
    ) / b_denominator
    off_middle = high + low - 2 * b
    if abs(off_middle) <= NEGLIGIBLE * (high - low):
        return None
    return (to_high - to_low) / ((high - low) * off_middle), b


def bcet(plane: NDArray[np.float32], targets: StretchTargets = StretchTargets()) -> NDArray[np.float32]:
    """
    One plane stretched, computed in float64. The result lies in [low, high]: a parabola that folds is
    clipped. Without a parabola it is the straight line; a constant plane becomes `low`.
    """
    x = plane.astype(np.float64)
    low, high = float(x.min()), float(x.max())
    if not high > low:
        return np.full(plane.shape, targets.low, np.float32)
    found = parabola(x, targets)
    if found is None:
        slope = (targets.high - targets.low) / (high - low)
        return (targets.low + slope * (x - low)).astype(np.float32)
    a, b = found
    # Factored: exact at the minimum, and precise when a nearly straight parabola has its vertex far away.
    y = targets.low + a * (x - low) * (x + (low - 2 * b))
    return np.clip(y, targets.low, targets.high).astype(np.float32)
