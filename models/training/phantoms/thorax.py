"""The chest's inner wall, the body's outline, the diaphragm and the two lungs with their five lobes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, intersection, union
from .frame import Frame
from .mediastinum import Mediastinum

RUL, RML, RLL, LUL, LLL = 1, 2, 3, 4, 5


@dataclass
class Thorax:
    """Distances on the frame's grid, [z, y, x], mm, negative inside."""

    #: Inner side of the ribs.
    cavity: Array
    body: Array
    diaphragm: Array
    #: The pleural spaces, effusion included.
    pleura: Array
    #: The lungs without effusion.
    lung: Array
    #: Effusion; None where there is none.
    effusion: Array | None
    #: Distance to the oblique fissure, positive above it; and to the horizontal one of the right lung.
    oblique: Array
    horizontal: Array

    def lobes(self, frame: Frame) -> Array:
        """Lobe labels on the coarse grid, uint8."""
        return lobe_labels(self.lung, frame.xb, self.oblique, self.horizontal)


def lobe_labels(lung: Array, side: Array, oblique: Array, horizontal: Array) -> Array:
    """0 outside the lungs, else the lobe; `side` is negative in the right half."""
    right = np.where(oblique > 0, np.where(horizontal > 0, RUL, RML), RLL)
    left = np.where(oblique > 0, LUL, LLL)
    return np.where(lung < 0, np.where(side > 0, left, right), 0).astype(np.uint8)


def make_cavity(rng: np.random.Generator, frame: Frame) -> Array:
    """The inner side of the ribs: narrower and flatter towards the apex."""
    u = rng.uniform
    power, taper = u(2.0, 2.5), u(2.8, 3.8)
    up = np.clip(frame.up, 0, 1)
    narrow = np.sqrt(np.maximum(1 - up**taper, 0.02)) * (1 - 0.10 * np.clip(0.3 - frame.up, 0, 1))
    flat = np.sqrt(np.maximum(1 - up ** (taper + 1.5), 0.05))
    forward = u(4, 14) * up**2
    across = np.abs(frame.xb) / (frame.half_width * narrow)
    deep = np.abs(frame.yb - forward) / (frame.half_depth * flat)
    rho = (across**power + deep**power) ** (1 / power)
    steepness = np.sqrt(sum(g**2 for g in np.gradient(rho, frame.step)))
    cavity = np.clip((rho - 1) / np.maximum(steepness + 1e-4, 0.004), -80, 80)
    return np.maximum(cavity, frame.zb - frame.height)


def make_body(rng: np.random.Generator, frame: Frame) -> Array:
    """The skin, with breasts and, where they hang, arms (a gap of air may lie between arm and chest)."""
    u = rng.uniform
    x, y, z = frame.xb, frame.yb, frame.zb
    half_width = frame.half_width + frame.muscle + frame.fat
    half_depth = frame.half_depth + 0.8 * frame.muscle + 0.75 * frame.fat
    narrowing = 1 - u(0.02, 0.12) * np.clip((frame.up - 0.75) / 0.4, 0, 1)
    outline = (np.abs(x) / (half_width * narrowing)) ** 2.4 + (np.abs(y - 3) / (half_depth * narrowing)) ** 2.3
    body = (outline ** (1 / 2.35) - 1) * 0.5 * (half_width + half_depth) * 0.85
    if frame.female:
        radius, level = u(45, 70), u(0.28, 0.42)
        for side in (-1, 1):
            across = (x - side * 0.5 * frame.half_width) / 1.2
            breast = np.sqrt(across**2 + (y + half_depth * 0.85) ** 2 + (z - frame.height * level) ** 2) - radius
            body = np.minimum(body, breast)
    if frame.arms_down:
        gap, radius, back = u(-6, 12), u(30, 40), u(-5, 25)
        for side in (-1, 1):
            body = np.minimum(body, np.hypot(x - side * (half_width + gap + radius), y - back) - radius)
    return body


def make_diaphragm(rng: np.random.Generator, frame: Frame) -> Array:
    """Distance below the domes: positive below."""
    u = rng.uniform
    right = u(35, 75)
    left = right - u(2, 20)

    def dome(peak: float, centre: float) -> Array:
        across = ((frame.xb - centre) / (0.62 * frame.half_width)) ** 2
        deep = ((frame.yb + 2) / frame.half_depth) ** 2
        return peak * (1 - 0.85 * across - 0.8 * deep) - 0.12 * frame.yb

    level = np.where(frame.xb < 0, dome(right, -0.5 * frame.half_width), dome(left, 0.5 * frame.half_width))
    return (np.maximum(level, -12) - frame.zb) * 0.8


def make_fissures(rng: np.random.Generator, frame: Frame) -> tuple[Array, Array]:
    """The distances `oblique` and `horizontal` of Thorax."""
    u = rng.uniform
    x, y, z, height, depth = frame.xb, frame.yb, frame.zb, frame.height, frame.half_depth

    def oblique(at_back: float, at_front: float) -> Array:
        backward = (y / depth + 0.55) / 1.5
        level = height * (at_front + (at_back - at_front) * np.clip(backward, -0.3, 1.2))
        level = level + u(-10, 10) * np.sin(np.pi * np.clip(backward, 0, 1)) + u(-0.12, 0.12) * np.abs(x)
        slope = height * (at_back - at_front) / (1.5 * depth)
        return (z - level) / np.sqrt(1 + slope**2)

    left = oblique(u(0.80, 0.97), u(0.0, 0.12))
    right = oblique(u(0.74, 0.92), u(0.0, 0.12))
    obliques = np.where(x > 0, left, right) + u(2, 5) * frame.noise(rng, 40)
    sideways = -x - 0.5 * frame.half_width
    level = height * u(0.40, 0.5) + u(-0.25, 0.1) * (y + 0.4 * depth) + u(-0.1, 0.15) * sideways
    level = level - u(0, 12) * ((x + 0.5 * frame.half_width) / (0.5 * frame.half_width)) ** 2
    if rng.random() < 0.06:
        level = level - 25  # a small middle lobe, a common variant
    return obliques, z - level + u(1.5, 4) * frame.noise(rng, 40)


def make_effusion(rng: np.random.Generator, frame: Frame, pleura: Array, side: int, amount: float) -> Array:
    """Fluid that has sunk to the back and base of one pleural space; `amount` 0 to 1."""
    surface = frame.half_depth * (1 - amount) + 7.5 * frame.noise(rng, 60)
    fluid = np.maximum(surface - frame.yb + 0.35 * frame.zb - 8, pleura)
    return np.where(frame.xb * side > 0, fluid, 20.0)


def make_thorax(
    rng: np.random.Generator, frame: Frame, mediastinum: Mediastinum, effusions: dict[int, float]
) -> Thorax:
    """:param effusions: amount of fluid by side (-1 right, 1 left)"""
    cavity, body = make_cavity(rng, frame), make_body(rng, frame)
    diaphragm = make_diaphragm(rng, frame)
    pleura = intersection(cavity + 2.0, -mediastinum.whole, diaphragm)
    oblique, horizontal = make_fissures(rng, frame)
    fluids = [make_effusion(rng, frame, pleura, side, amount) for side, amount in effusions.items()]
    effusion = union(*fluids) if fluids else None
    lung = pleura if effusion is None else np.maximum(pleura, -effusion)
    return Thorax(cavity, body, diaphragm, pleura, lung, effusion, oblique, horizontal)
