"""Other infections: lobar pneumonia, bronchopneumonia, tree-in-bud, cavities, and mixtures of them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .disease import NOWHERE, Disease, LungSites, add_blob, distance_from, no_disease
from .fields import Array
from .frame import Frame

PATTERNS = ("lobar", "bronchopneumonia", "tree-in-bud", "cavity", "mixed")
SHARES = (0.33, 0.23, 0.18, 0.14, 0.12)


def make_infection(
    rng: np.random.Generator, frame: Frame, sites: LungSites, lobes: Array, severity: float | None = None
) -> Disease:
    """
    One of PATTERNS; `lobes` are labels on the frame's grid.

    :param severity: None draws the pattern; else it is lobar, and this, 0 to 1, how much of the lobe is dense
    """
    disease = no_disease(frame)
    drawn = str(rng.choice(PATTERNS, p=SHARES))
    pattern = drawn if severity is None else "lobar"
    disease.findings = [pattern]
    disease.consolidation_hu = rng.uniform(-60, 60)
    side = int(rng.choice([-1, 1]))
    if pattern in ("lobar", "mixed"):
        add_lobar(rng, frame, sites, lobes, disease, severity)
    if pattern in ("bronchopneumonia", "mixed"):
        add_bronchopneumonia(rng, frame, sites, side, disease)
    if pattern in ("tree-in-bud", "mixed", "cavity") or rng.random() < 0.15:
        add_tree_in_bud(rng, frame, sites, disease)
    if pattern == "cavity":
        add_cavities(rng, frame, sites, side, disease)
    return disease


def add_lobar(
    rng: np.random.Generator, frame: Frame, sites: LungSites, lobes: Array, disease: Disease, severity: float | None
) -> None:
    """Dense up to the fissures of one lobe, with air bronchograms (bronchi are drawn over it)."""
    u = rng.uniform
    lobe = int(rng.choice(np.unique(sites.lobe)))
    centre = sites.pick(rng, (sites.lobe == lobe).astype(float), 1)[0]
    drawn_mm = u(28, 85)
    radius_mm = drawn_mm if severity is None else 40 + 90 * severity
    spread = (radius_mm - distance_from(frame, centre)) / 10
    spread = spread + 0.7 * frame.noise(rng, 12) + 0.4 * frame.noise(rng, 6)
    inside = ndimage.gaussian_filter(np.where(lobes == lobe, 1, -1).astype(np.float32), 0.8)
    disease.consolidation = np.maximum(disease.consolidation, np.minimum(spread, 4 * inside))
    rim = np.where(lobes == lobe, 0.5 * (spread + u(0.3, 2.0)), NOWHERE)
    disease.ground_glass = np.maximum(disease.ground_glass, rim.astype(np.float32))
    disease.ground_glass_hu = u(180, 400)


def add_bronchopneumonia(rng: np.random.Generator, frame: Frame, sites: LungSites, side: int, disease: Disease) -> None:
    """Patches about the bronchi, mostly of one side (-1 right, 1 left)."""
    u = rng.uniform
    weights = np.where(sites.side * side > 0, 1.0, u(0, 0.25)) * np.exp(-np.abs(sites.wall_mm - 25) / 25)
    patches = np.zeros(frame.shape, np.float32)
    for centre in sites.pick(rng, weights, int(u(3, 14))):
        add_blob(patches, frame.step, centre, u(0.7, 1.4, 3) * u(7, 20))
    coarse, fine = frame.noise(rng, 12), frame.noise(rng, 6)
    disease.consolidation = np.maximum(disease.consolidation, patches - 0.62 + 0.2 * coarse + 0.1 * fine)
    disease.ground_glass = np.maximum(disease.ground_glass, patches - 0.38 + 0.12 * coarse)
    disease.ground_glass_hu = disease.ground_glass_hu or u(150, 350)


def add_tree_in_bud(rng: np.random.Generator, frame: Frame, sites: LungSites, disease: Disease) -> None:
    """Clusters of small solid nodules, some in a halo of ground glass."""
    u = rng.uniform
    present = np.unique(sites.lobe)
    for lobe in rng.choice(present, size=min(len(present), int(rng.integers(1, 4))), replace=False):
        halo = u(1.3, 2.2) if rng.random() < 0.6 else 0.0
        for centre in frame.position(sites.pick(rng, (sites.lobe == lobe).astype(float), int(u(1, 5)))):
            spread = u(12, 35)
            for _ in range(int(u(10, 60))):
                at, radius = centre + rng.standard_normal(3) * spread, u(1.3, 3.6)
                disease.nodules.append((*at, radius))
                if halo:
                    disease.soft_nodules.append((*at, radius * halo))
    disease.ground_glass_hu = disease.ground_glass_hu or u(150, 350)
    disease.findings.append("centrilobular-nodules")


def add_cavities(rng: np.random.Generator, frame: Frame, sites: LungSites, side: int, disease: Disease) -> None:
    """One or two thick-walled cavities, mostly high up on one side (-1 right, 1 left), in a rim of ground glass."""
    u = rng.uniform
    weights = np.where(sites.side * side > 0, 1.0, 0.1) * np.exp(sites.up * u(0, 3))
    ragged = 2.5 * frame.noise(rng, 12)
    gas = np.full(frame.shape, 30.0, np.float32)
    for centre in sites.pick(rng, weights, int(rng.integers(1, 3))):
        radius, wall = u(10, 30), u(3.5, 9)
        distance = distance_from(frame, centre) + ragged
        shell = np.minimum(radius - distance, distance - (radius - wall)) / 4
        disease.consolidation = np.maximum(disease.consolidation, shell)
        disease.ground_glass = np.maximum(disease.ground_glass, (radius + u(2, 12) - distance) / 10)
        gas = np.minimum(gas, distance - (radius - wall))
    disease.cavities = gas
    disease.ground_glass_hu = disease.ground_glass_hu or u(120, 300)
