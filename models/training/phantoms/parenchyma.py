"""Lungs without infection: aerated tissue, and what may be taken for opacity and is none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .fields import Array, smooth_step
from .frame import Frame
from .thorax import Thorax


@dataclass
class Scar:
    """A thin plate of dense tissue: a disc of `radius` mm about `centre`, normal to `normal`."""

    centre: Array
    normal: Array
    radius: float
    thickness: float


@dataclass
class Parenchyma:
    """What `render` draws in the lungs where there is no opacity."""

    #: HU of aerated lung, [z, y, x].
    hu: Array
    #: HU that septa and reticulation add at most; 0 for none.
    reticulation: float
    #: How visible the fissures are, [z, y, x] 0 to 1: gaps where 0.
    fissure_visibility: Array
    fissure_hu: float
    fissure_half_width: float
    scars: list[Scar] = field(default_factory=list)
    #: Benign nodules and tumours, [n, (x, y, z, radius)]: solid, and no opacity.
    solid: list[tuple[float, float, float, float]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def make_parenchyma(
    rng: np.random.Generator, frame: Frame, thorax: Thorax, lobes: Array, distractors: float
) -> Parenchyma:
    """:param distractors: how probable emphysema, dependent density, scars and benign nodules are, 0 to 1"""
    u = rng.uniform
    findings: list[str] = []
    hu = u(-905, -790) + u(10, 90) * 0.5 * (frame.yb / frame.half_depth)
    hu = hu + 14 * frame.noise(rng, 12) + 10 * frame.noise(rng, 35)
    wall_mm = np.clip(-(thorax.cavity + 2), 0, 99)
    backward = frame.yb / frame.half_depth
    if rng.random() < 0.55 * distractors:
        hu = hu + u(40, 190) * np.exp(-wall_mm / u(3, 9)) * smooth_step((backward - u(0.2, 0.5)) * 3)
        findings.append("dependent-density")
    if rng.random() < 0.35 * distractors:
        hu = hu - u(20, 90) * smooth_step(frame.noise(rng, 12) - 0.3 + (frame.up - 0.4))
        findings.append("emphysema")
    if rng.random() < 0.25 * distractors:
        hu = hu + u(40, 160) * smooth_step((frame.up - 0.86) * 12) * np.exp(-wall_mm / 5)
        findings.append("apical-cap")
    if rng.random() < 0.3 * distractors:  # air trapped in expiration: patchy, sharp and mild
        hu = hu + u(15, 60) * smooth_step(frame.noise(rng, 22) * 2)
        findings.append("mosaic")
    reticulation = u(15, 80) if rng.random() < 0.5 else u(0, 15)
    gaps = rng.random() < 0.4
    visibility = np.clip(1 + frame.noise(rng, 25) - (u(0.2, 1.0) if gaps else 0), 0, 1).astype(np.float32)
    visible = 0.0 if rng.random() < 0.12 else u(80, 300)
    made = Parenchyma(hu.astype(np.float32), reticulation, visibility, visible, u(0.35, 0.7), findings=findings)
    inside = np.argwhere(lobes > 0)
    if len(inside) and rng.random() < 0.4 * distractors:
        made.scars = [make_scar(rng, frame, inside) for _ in range(int(rng.integers(1, 6)))]
        findings.append("scars")
    if len(inside) and rng.random() < 0.35 * distractors:
        centres = frame.position(inside[rng.integers(len(inside), size=int(rng.integers(1, 5)))])
        made.solid = [(*centre, u(2, 5)) for centre in centres]
        findings.append("nodules")
    if len(inside) and rng.random() < 0.16 * distractors:
        made.solid += make_mass(rng, frame.position(inside[rng.integers(len(inside))]))
        findings.append("mass")
    return made


def make_scar(rng: np.random.Generator, frame: Frame, inside: Array) -> Scar:
    """At a random point of `inside`, grid indices [n, 3], in a random direction."""
    normal = rng.standard_normal(3)
    centre = frame.position(inside[rng.integers(len(inside))])
    return Scar(centre, normal / np.linalg.norm(normal), rng.uniform(8, 28), rng.uniform(0.7, 1.6))


def make_mass(rng: np.random.Generator, centre: Array) -> list[tuple[float, float, float, float]]:
    """A lobulated solid tumour of 15 to 60 mm: balls that overlap."""
    radius = rng.uniform(7, 22)
    lumps = rng.standard_normal((int(rng.integers(4, 10)), 3)) * radius * 0.45
    return [(*centre, radius), *((*(centre + lump), radius * rng.uniform(0.4, 0.8)) for lump in lumps)]


def stamp_scars(scars: list[Scar], z: float, xs: Array, ys: Array, width: float) -> Array:
    """How much of each pixel of a slice is scar, [y, x] 0 to 1."""
    plane = np.zeros((len(ys), len(xs)), np.float32)
    for scar in scars:
        dx, dy, dz = xs[None, :] - scar.centre[0], ys[:, None] - scar.centre[1], z - scar.centre[2]
        if abs(dz) > scar.radius:
            continue
        across = np.abs(dx * scar.normal[0] + dy * scar.normal[1] + dz * scar.normal[2])
        away = np.sqrt(dx**2 + dy**2 + dz**2)
        distance = np.maximum(across - scar.thickness, (away - scar.radius) * 0.5)
        np.maximum(plane, np.clip(0.5 - distance / width, 0, 1), out=plane)
    return plane
