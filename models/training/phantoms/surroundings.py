"""What lies about the patient: table, mattress, blanket, clothing, electrodes and wires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, coverage
from .frame import Frame

AIR_HU = -1000.0


@dataclass
class Surroundings:
    """What `draw_background` draws; mm in the patient's frame."""

    #: Height of the table's top, mm; its radius of curvature; its thickness. A radius of inf is a flat table.
    table_y: float
    table_radius: float
    table_thickness: float
    table: bool
    #: Foam between table and back, HU; AIR_HU for none.
    mattress_hu: float
    #: Distance of a sheet of cloth from the skin, mm, and its HU; no cloth where the HU is AIR_HU.
    cloth_mm: float
    cloth_hu: float
    #: Metal, [n, (x, y, z, radius)], HU 3000: electrodes on the skin, wires in the breastbone.
    metal: Array


def make_surroundings(rng: np.random.Generator, frame: Frame) -> Surroundings:
    """Around a body of this size."""
    u = rng.uniform
    back = frame.half_depth + 0.8 * frame.muscle + 0.75 * frame.fat
    metal = make_metal(rng, frame) if rng.random() < 0.2 else np.zeros((0, 4))
    return Surroundings(
        table_y=back + u(8, 30),
        table_radius=float(rng.choice([u(300, 500), u(500, 900), np.inf])),
        table_thickness=u(15, 60),
        table=bool(rng.random() < 0.9),
        mattress_hu=u(-960, -850) if rng.random() < 0.5 else AIR_HU,
        cloth_mm=u(3, 14),
        cloth_hu=u(-850, -450) if rng.random() < 0.35 else AIR_HU,
        metal=metal,
    )


def make_metal(rng: np.random.Generator, frame: Frame) -> Array:
    """Wires in the breastbone or electrodes on the skin, [n, (x, y, z, radius)], mm."""
    u = rng.uniform
    if rng.random() < 0.5:  # wires in the breastbone
        points = [
            (u(-3, 3), -frame.half_depth - 6, level * frame.height, u(0.8, 1.4)) for level in (0.3, 0.45, 0.6, 0.75)
        ]
    else:  # electrodes
        front = frame.half_depth + 0.8 * frame.muscle + 0.75 * frame.fat
        points = [(u(-90, 90), -front, u(0.1, 0.9) * frame.height, u(1.5, 4)) for _ in range(int(rng.integers(2, 6)))]
    return np.array([(*frame.to_world(point[:3], rng), point[3]) for point in points])


def draw_background(around: Surroundings, body: Array, xs: Array, ys: Array) -> Array:
    """HU of one slice without the patient, [y, x]; `body` is the skin's distance there."""
    plane = np.full((len(ys), len(xs)), AIR_HU, np.float32)
    x, y = xs[None, :], ys[:, None]
    if around.table:
        sag = 0.0
        if np.isfinite(around.table_radius):
            sag = np.sqrt(np.maximum(around.table_radius**2 - x**2, 1)) - around.table_radius
        depth = y - (around.table_y + sag)  # the curved table's edges rise
        shell = 700 * (coverage(np.abs(depth) - 1, 1.5) + coverage(np.abs(depth - around.table_thickness) - 1, 1.5))
        inside = (depth > 1) & (depth < around.table_thickness - 1) & (np.abs(x) < 260)
        plane += np.where(np.abs(x) < 260, shell, 0) + 60 * inside
        if around.mattress_hu > AIR_HU:
            foam = (depth < -1) & (depth > -22) & (np.abs(x) < 220)
            plane = np.where(foam, around.mattress_hu, plane)
    if around.cloth_hu > AIR_HU:
        sheet = coverage(np.abs(body - around.cloth_mm) - 0.6, 1.2)
        plane += sheet * (around.cloth_hu - AIR_HU)
    return plane
