"""Hounsfield units of everything that is no lung, and gas in the gut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, ellipsoid, intersection, union
from .frame import Frame
from .mediastinum import Mediastinum
from .thorax import Thorax


@dataclass
class Tissue:
    """On the frame's grid, [z, y, x]."""

    #: HU of the soft tissue, [z, y, x].
    hu: Array
    #: HU of blood: higher with contrast medium.
    blood: float
    #: Distance to gas outside the airways: stomach, bowel, oesophagus, cavities.
    gas: Array


def make_tissue(
    rng: np.random.Generator, frame: Frame, mediastinum: Mediastinum, thorax: Thorax, cartilage: Array
) -> Tissue:
    """Soft tissue from the skin inwards; what is drawn later lies over what was before."""
    u = rng.uniform
    contrast = rng.random() < 0.35
    blood = u(120, 350) if contrast else u(28, 48)
    muscle, fat, organ = u(40, 62), u(-115, -88), u(45, 65) + (40 if contrast else 0)
    hu = np.full(frame.shape, fat, np.float32)
    patchy = frame.noise(rng, 14)
    under_skin = thorax.body + max(frame.fat * 0.75, 3) + 3 * frame.noise(rng, 20) < 0
    hu[under_skin] = muscle
    hu[under_skin & (patchy > 1.3) & (thorax.cavity > 8)] = fat
    inside = thorax.cavity < 4
    hu[inside] = fat + 10
    hu[inside & (mediastinum.upper < 0) & (patchy < u(-0.3, 1.2))] = 38
    hu[mediastinum.spine < 0] = muscle
    hu[union(mediastinum.heart, mediastinum.vessels) < 0] = blood
    wall = (mediastinum.heart < 0) & (mediastinum.heart > -9) & (mediastinum.vessels > -9)
    hu[wall] = 45 + 0.3 * (blood - 40)
    hu[mediastinum.hila < 0] = 0.5 * blood + 15
    hu[mediastinum.oesophagus < 0] = 35
    fill_abdomen(rng, frame, thorax, hu, muscle, fat, organ, patchy)
    if thorax.effusion is not None:
        hu[thorax.effusion < 0] = u(2, 25)
    hu[(thorax.cavity > -1) & (thorax.cavity < 3) & (thorax.lung > 0)] = muscle * 0.6
    hu[cartilage] = u(70, 130)
    front = mediastinum.spine_front
    hu[np.hypot(frame.xb, frame.yb - front - 35) < 11] = 15  # the spinal canal
    hu[intersection(np.hypot(frame.xb, frame.yb - front - 8) - 18, frame.yb * 0 - 1) < 0] = 85
    return Tissue(hu, blood, make_gas(rng, frame, mediastinum, thorax))


def fill_abdomen(
    rng: np.random.Generator,
    frame: Frame,
    thorax: Thorax,
    hu: Array,
    muscle: float,
    fat: float,
    organ: float,
    patchy: Array,
) -> None:
    """Diaphragm, liver, and organs or fat, into `hu`."""
    below = (thorax.diaphragm > 0) & (thorax.cavity < 3)
    hu[below & (thorax.diaphragm < 4)] = muscle
    deep = below & (thorax.diaphragm >= 4)
    liver = deep & (frame.xb < 25 + 15 * patchy) & (frame.zb > -110)
    hu[liver] = organ
    lumps = frame.noise(rng, 35)
    rest = deep & ~liver
    hu[rest] = np.where(lumps[rest] > -0.3, organ - 8, fat)


def make_gas(rng: np.random.Generator, frame: Frame, mediastinum: Mediastinum, thorax: Thorax) -> Array:
    """Distance to gas in stomach, bowel and oesophagus."""
    u = rng.uniform
    x, y, z = frame.xb, frame.yb, frame.zb
    width, depth = frame.half_width, frame.half_depth
    gas = np.full(frame.shape, 30.0, np.float32)
    if rng.random() < 0.6:  # the stomach's bubble
        stomach = ellipsoid(x, y, z, (0.45 * width, -0.2 * depth, u(0, 20)), (u(15, 45), u(15, 40), u(10, 28)))
        gas = np.minimum(gas, stomach)
    for _ in range(int(rng.integers(0, 7))):  # loops of bowel
        centre = (u(-0.7, 0.7) * width, u(-0.7, 0.3) * depth, -u(15, 220))
        gas = np.minimum(gas, ellipsoid(x, y, z, centre, (u(12, 40), u(10, 28), u(8, 24))))
    gas = np.maximum(gas, 6 - thorax.diaphragm)
    if rng.random() < 0.4:
        swallowed = intersection(mediastinum.oesophagus + 4, np.abs(z - u(0.3, 0.9) * frame.height) - 20)
        gas = np.minimum(gas, swallowed)
    return gas
