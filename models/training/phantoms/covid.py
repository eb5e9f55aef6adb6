"""
COVID-like disease: bilateral, peripheral, posterior and basal ground glass that grows into crazy paving and
consolidation (the pattern of Pan et al. 2020 and of the paper's introduction), up to nearly white lungs.
"""

from __future__ import annotations

import numpy as np

from .disease import NOWHERE, Disease, LungSites, add_blob, no_disease
from .fields import Array, smooth_step
from .frame import Frame
from .thorax import Thorax


def make_covid(
    rng: np.random.Generator, frame: Frame, thorax: Thorax, sites: LungSites, aerated_hu: float, severity: float | None
) -> Disease:
    """:param severity: 0 to 1, about the share of the lungs; None draws it, mostly mild"""
    u = rng.uniform
    given = severity if severity is not None else float(np.clip(rng.beta(1.1, 2.2), 0.02, 1))
    disease = no_disease(frame)
    diffuse = given > 0.6 and rng.random() < 0.4
    coarse, fine = frame.noise(rng, u(9, 16)), frame.noise(rng, 6)
    if diffuse:
        glass, dense = diffuse_fields(rng, frame, sites, given)
    else:
        glass, dense = patchy_fields(rng, frame, thorax, sites, given)
    disease.ground_glass = (glass + 0.12 * coarse + 0.06 * fine).astype(np.float32)
    dense = np.where(dense > 0, dense - 0.5 + 0.14 * coarse + 0.08 * fine, NOWHERE)
    # Consolidation only where ground glass is, or nearly.
    disease.consolidation = np.where(disease.ground_glass > -0.05, dense, NOWHERE).astype(np.float32)
    disease.ground_glass_hu = u(-680, -330) - aerated_hu
    disease.consolidation_hu = u(-60, 60)
    disease.findings = ["ground-glass", "diffuse" if diffuse else "patchy", f"severity-{given:.2f}"]
    if rng.random() < 0.4:
        disease.septa_hu = u(60, 220)
        disease.findings.append("crazy-paving")
    if (disease.consolidation > 0).any():
        disease.findings.append("consolidation")
    return disease


def patchy_fields(
    rng: np.random.Generator, frame: Frame, thorax: Thorax, sites: LungSites, severity: float
) -> tuple[Array, Array]:
    """Ground glass and consolidation, [z, y, x]: blobs that are drawn to the periphery, the back and the bases."""
    u = rng.uniform
    count = int(2 + severity * 80 * u(0.6, 1.2))
    atypical = rng.random() < 0.1
    weights = np.exp(-sites.wall_mm / (60 if atypical else u(7, 16)))
    weights = weights * np.exp(sites.backward * (0.2 if atypical else u(0.4, 1.6)))
    weights = weights * np.exp(-sites.up * u(0.3, 2.6)) + 1e-6
    if count > 4 and not atypical:
        weights = both_sides(weights, sites, u(0.3, 0.7))
    glass, dense = np.zeros(frame.shape, np.float32), np.zeros(frame.shape, np.float32)
    consolidated = float(rng.choice([0, u(0, 0.3), u(0.3, 0.8)], p=[0.4, 0.35, 0.25]))
    for centre in sites.pick(rng, weights, count):
        radii = u(0.7, 1.45, 3) * u(7, 17 + 30 * severity)
        add_blob(glass, frame.step, centre, radii)
        if rng.random() < consolidated:
            add_blob(dense, frame.step, centre, radii * u(0.5, 0.9))
    spares_centre = 0.0 if atypical or severity > 0.75 else 0.75
    wall_mm = np.clip(-(thorax.cavity + 2), 0, 99)
    glass = glass * (1 - spares_centre * smooth_step((wall_mm - u(18, 45)) / 25))
    return glass - 0.42, dense


def both_sides(weights: Array, sites: LungSites, left_share: float) -> Array:
    """The weights scaled so that the left lung gets `left_share` of them."""
    left = sites.side > 0
    sums = max(weights[left].sum(), 1e-6), max(weights[~left].sum(), 1e-6)
    return np.where(left, weights / sums[0] * left_share, weights / sums[1] * (1 - left_share))


def diffuse_fields(rng: np.random.Generator, frame: Frame, sites: LungSites, severity: float) -> tuple[Array, Array]:
    """Nearly the whole lung, denser towards the back and the bases, with islands that are spared."""
    u = rng.uniform
    downward = u(0.1, 0.5) * frame.yb / frame.half_depth - u(0.1, 0.5) * (frame.up - 0.4)
    glass = 0.8 * (severity - 0.5) + downward + u(0.15, 0.3) * frame.noise(rng, u(18, 40))
    dense = np.zeros(frame.shape, np.float32)
    for centre in sites.pick(rng, np.exp(2 * sites.backward - 2 * sites.up), int(u(0, 26))):
        add_blob(dense, frame.step, centre, u(0.7, 1.4, 3) * u(9, 26))
    return glass, dense
