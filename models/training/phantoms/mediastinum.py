"""Heart, great vessels, spine column and hila: what lies between the lungs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, column, ellipsoid, intersection, union
from .frame import Frame


@dataclass
class Mediastinum:
    """Distances on the frame's grid, [z, y, x], mm, negative inside."""

    #: All of it, as the lungs see it.
    whole: Array
    #: The upper part alone, which holds fat between its vessels.
    upper: Array
    spine: Array
    heart: Array
    #: Aorta, its arch, superior vena cava, pulmonary trunk.
    vessels: Array
    hila: Array
    oesophagus: Array
    #: Where vessels and bronchi enter each lung, body coordinates; side -1 right, 1 left.
    roots: dict[int, tuple[float, float, float]]
    #: Front of the spine, body y.
    spine_front: float


def make_mediastinum(rng: np.random.Generator, frame: Frame) -> Mediastinum:
    """Everything between the lungs, in body coordinates."""
    u = rng.uniform
    x, y, z, up = frame.xb, frame.yb, frame.zb, frame.up
    height, depth = frame.height, frame.half_depth
    spine_front = depth - u(28, 40)
    spine = column(x, y, (0, spine_front + 12), (u(23, 28), 32))
    upper = intersection(column(x, y, (0, -4), (u(26, 40), depth * 0.72)), (0.42 * height - z) * 0.7)
    heart = make_heart(rng, frame)
    front = intersection(np.abs(x + u(-8, 4)) - u(1.5, 11), y)
    back = intersection(np.abs(x) - u(15, 24), -y - 10)
    forward = u(4, 14) * np.clip(up, 0, 1) ** 2
    vessels = make_great_vessels(rng, frame, spine_front, forward)
    level = u(0.46, 0.52) * height
    roots = {side: (side * u(34, 42), u(-4, 8), level + (6 if side > 0 else -4)) for side in (-1, 1)}
    hila = union(*(ellipsoid(x, y, z, roots[side], (15, 16, 20)) for side in (-1, 1)))
    oesophagus = column(x, y, (4, spine_front - 26), (8, 6))
    whole = union(spine, upper, heart - 3, front, back, vessels - 2, hila)
    return Mediastinum(whole, upper, spine, heart, vessels, hila, oesophagus, roots, spine_front)


def make_heart(rng: np.random.Generator, frame: Frame) -> Array:
    """A tilted ellipsoid left of the middle."""
    u = rng.uniform
    centre = (u(14, 32), -u(0.12, 0.3) * frame.half_depth, u(0.2, 0.3) * frame.height)
    radii = (u(48, 66), u(40, 55), u(48, 66))
    tilt = u(0.3, 0.7)
    dx, dz = frame.xb - centre[0], frame.zb - centre[2]
    along, across = np.cos(tilt) * dx - np.sin(tilt) * dz, np.sin(tilt) * dx + np.cos(tilt) * dz
    return (
        np.sqrt((along / radii[0]) ** 2 + ((frame.yb - centre[1]) / radii[1]) ** 2 + (across / radii[2]) ** 2) - 1
    ) * 45


def make_great_vessels(rng: np.random.Generator, frame: Frame, spine_front: float, forward: Array) -> Array:
    """Aorta with its arch, superior vena cava and pulmonary trunk; `forward` is how far the chest leans forward, mm."""
    u = rng.uniform
    x, y, z, height = frame.xb, frame.yb, frame.zb, frame.height
    aorta_x, aorta_y, radius = u(16, 26), spine_front - u(14, 22), u(10, 15)
    descending = intersection(column(x, y, (aorta_x, aorta_y), (radius, radius)), z - 0.74 * height)
    bend = np.sqrt((y - aorta_y + 34) ** 2 + (z - 0.68 * height) ** 2) - 34
    sideways = x - aorta_x * (1 - 0.8 * np.clip((aorta_y - y) / 68, 0, 1))
    arch = intersection(np.sqrt(bend**2 + sideways**2) - radius, 0.67 * height - z)
    ascending = intersection(
        column(x, y, (-8, aorta_y - 66), (radius + 2, radius + 2)), 0.3 * height - z, z - 0.69 * height
    )
    vena_cava = intersection(
        (np.sqrt(((x + 28) / 9) ** 2 + ((y + 12 - forward * 0.3) / 9) ** 2) - 1) * 9, 0.4 * height - z
    )
    trunk = ellipsoid(x, y, z, (14, -18, 0.5 * height), (17, 17, 24))
    return union(descending, arch, ascending, vena_cava, trunk)
