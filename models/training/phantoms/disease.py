"""Where opacity lies: fields that are positive inside, and balls. The truth mask is drawn from the same fields."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .fields import Array
from .frame import Frame
from .thorax import Thorax

#: Of a field of opacity where there is none: far below every threshold that `render` applies.
NOWHERE = -9.0


@dataclass
class Disease:
    """Opacity as fields on the frame's grid, [z, y, x], and balls in patient coordinates, mm."""

    #: Ground glass and consolidation, [z, y, x], positive inside.
    ground_glass: Array
    consolidation: Array
    #: HU that full ground glass adds to aerated lung; HU of consolidation.
    ground_glass_hu: float = 0.0
    consolidation_hu: float = 0.0
    #: HU that thickened septa add inside ground glass (crazy paving); 0 for none.
    septa_hu: float = 0.0
    #: Solid nodules that are infection, (x, y, z, radius).
    nodules: list[tuple[float, float, float, float]] = field(default_factory=list)
    #: Ill-defined centrilobular nodules of ground glass.
    soft_nodules: list[tuple[float, float, float, float]] = field(default_factory=list)
    #: Gas inside cavities, distance; None for none.
    cavities: Array | None = None
    #: Words for what it is, most important first; empty where there is no disease.
    findings: list[str] = field(default_factory=list)


def no_disease(frame: Frame) -> Disease:
    """Fields without opacity, to add to."""
    return Disease(np.full(frame.shape, NOWHERE, np.float32), np.full(frame.shape, NOWHERE, np.float32))


@dataclass
class LungSites:
    """The lung's points, to draw places of disease from: grid indices [n, 3], and what is known of each."""

    index: Array
    lobe: Array
    #: Distance to the chest wall, mm.
    wall_mm: Array
    #: -1 front to 1 back; 0 base to 1 apex; the sign of the side (negative right).
    backward: Array
    up: Array
    side: Array

    def pick(self, rng: np.random.Generator, weights: Array, count: int) -> Array:
        """Grid indices (z, y, x) of `count` points of the lung, drawn with the given weights, [count, 3]."""
        return self.index[rng.choice(len(self.index), size=count, p=weights / weights.sum())]


def lung_sites(frame: Frame, thorax: Thorax, lobes: Array) -> LungSites:
    """The points that have a lobe; `lobes` are labels on the frame's grid."""
    inside = lobes > 0
    return LungSites(
        np.argwhere(inside),
        lobes[inside],
        np.clip(-(thorax.cavity + 2), 0, 60)[inside],
        (frame.yb / frame.half_depth)[inside],
        frame.up[inside],
        frame.xb[inside],
    )


def add_blob(target: Array, step: float, centre: Array, radii_mm: Array) -> None:
    """Adds a Gaussian bump, radii (x, y, z) in mm, about the grid index `centre` (z, y, x)."""
    # Beyond 1.9 radii the bump is below 3 %.
    reach = int(np.ceil(radii_mm.max() * 1.9 / step))
    box = tuple(
        slice(max(0, centre[axis] - reach), min(target.shape[axis], centre[axis] + reach + 1)) for axis in range(3)
    )
    z, y, x = np.ogrid[box]
    squared = (
        ((z - centre[0]) * step / radii_mm[2]) ** 2
        + ((y - centre[1]) * step / radii_mm[1]) ** 2
        + ((x - centre[2]) * step / radii_mm[0]) ** 2
    )
    target[box] += np.exp(-squared)


def distance_from(frame: Frame, centre: Array) -> Array:
    """mm from the grid index `centre`, [z, y, x]."""
    z, y, x = np.ogrid[: frame.shape[0], : frame.shape[1], : frame.shape[2]]
    return frame.step * np.sqrt((z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2)
