"""Ribs, spine, sternum, shoulder blades, collar bones, arms: one signed distance; and cartilage as soft tissue."""

from __future__ import annotations

import numpy as np

from .fields import Array, column, intersection, union
from .frame import Frame
from .mediastinum import Mediastinum
from .thorax import Thorax


def make_skeleton(
    rng: np.random.Generator, frame: Frame, mediastinum: Mediastinum, thorax: Thorax
) -> tuple[Array, Array]:
    """The bones' distance, and where the ribs' cartilage lies (boolean)."""
    ribs, cartilage = make_ribs(rng, frame, thorax.cavity)
    bones = union(
        ribs,
        make_spine(rng, frame, mediastinum.spine_front),
        make_sternum(rng, frame, thorax.cavity),
        make_shoulders(rng, frame, thorax.cavity),
        make_arm_bones(frame, thorax.body),
    )
    return np.maximum(bones, thorax.body + 6), cartilage


def around(frame: Frame) -> Array:
    """Where round the chest: 0 at the back's middle, 1 at the front's."""
    return np.arctan2(np.abs(frame.xb), frame.yb) / np.pi


def make_ribs(rng: np.random.Generator, frame: Frame, cavity: Array) -> tuple[Array, Array]:
    """The ribs' distance, and where their cartilage lies (boolean): a helix round the chest."""
    u = rng.uniform
    pitch, drop = u(22, 29), u(60, 100)
    turn = around(frame)
    level = np.mod(frame.zb + drop * turn + 6 * np.sin(turn * 6), pitch) - pitch / 2
    outward = cavity - 7
    ribs = intersection(
        np.abs(level) - u(4.5, 6),
        np.abs(outward) - u(3, 4.3),
        frame.zb - frame.height * 1.06,
        turn * 100 - 80,
        4 - turn * 100,
    )
    inside = (frame.up > 0.05) & (frame.up < 1)
    return ribs, (np.abs(level) < 6) & (np.abs(outward) < 4) & (turn >= 0.79) & inside


def make_spine(rng: np.random.Generator, frame: Frame, front: float) -> Array:
    """Vertebral bodies with discs between, and their arches and processes."""
    u = rng.uniform
    x, y = frame.xb, frame.yb - front
    level = np.mod(frame.zb, u(22, 28))
    disc = 3.5 - np.abs(level - 12)
    bodies = intersection(column(x, y, (0, 8), (u(17, 22), u(15, 18))), disc)
    pedicles = intersection(np.abs(np.abs(x) - 13) - 4.5, np.abs(y - 30) - 8)
    laminae = intersection(np.abs(np.hypot(x, y - 36) - 15) - 3.5, 32 - y)
    spinous = intersection(np.abs(x) - 4, np.abs(y - 60) - 14, np.abs(level - 14) - 8)
    transverse = intersection(np.abs(np.abs(x) - 30) - 16, np.abs(y - 36) - 5, np.abs(level - 16) - 6)
    return union(bodies, pedicles, laminae, spinous, transverse)


def make_sternum(rng: np.random.Generator, frame: Frame, cavity: Array) -> Array:
    """A plate before the chest, a little deeper than the ribs."""
    plate = intersection(np.abs(frame.xb) - rng.uniform(14, 20), np.abs(cavity - 9) - 6)
    plate = intersection(plate, 0.15 * frame.height - frame.zb, frame.zb - 0.85 * frame.height)
    return np.where(frame.yb < 0, plate, 30)


def make_shoulders(rng: np.random.Generator, frame: Frame, cavity: Array) -> Array:
    """Shoulder blades and collar bones."""
    blades = intersection(
        np.abs(cavity - 27 - 3 * frame.noise(rng, 14)) - 3,
        np.abs(around(frame) - 0.3) * 180 - 22,
        0.5 * frame.height - frame.zb,
        frame.zb - 1.1 * frame.height,
    )
    beside = np.abs(frame.xb)
    rise = np.hypot(frame.yb + 0.55 * frame.half_depth - 0.12 * beside, frame.zb - 0.97 * frame.height - 0.08 * beside)
    return union(blades, intersection(rise - 6, 25 - beside))


def make_arm_bones(frame: Frame, body: Array) -> Array:
    """The humerus lies about 28 mm under the skin of a hanging arm; without one there is nothing so far out."""
    if not frame.arms_down:
        return np.full(frame.shape, 30, np.float32)
    chest = frame.half_width + frame.muscle + frame.fat
    return np.where(np.abs(frame.xb) > chest + 8, body + 24, 30)
