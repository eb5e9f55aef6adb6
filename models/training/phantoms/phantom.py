"""One phantom: anatomy, disease and trees, from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .covid import make_covid
from .disease import NOWHERE, Disease, lung_sites, no_disease
from .fields import Array
from .frame import Frame, make_frame
from .infection import make_infection
from .mediastinum import Mediastinum, make_mediastinum
from .parenchyma import Parenchyma, make_parenchyma
from .skeleton import make_skeleton
from .surroundings import Surroundings, make_surroundings
from .thorax import LLL, LUL, RLL, RML, RUL, Thorax, make_thorax
from .tissue import Tissue, make_tissue
from .trees import Tubes, grow_tree, join_tubes, tube

CLASSES = ("covid-19", "other-infection", "no-imaging-signs")
LOBES_OF_SIDE = {-1: (RUL, RML, RLL), 1: (LUL, LLL)}
#: A lobe with fewer coarse voxels than this (27 mm3 each) gets no vessels: the scan hardly holds it.
SMALLEST_LOBE = 300


@dataclass
class Phantom:
    """Everything that `render` needs. The generator `rng` goes on from where the anatomy left it."""

    seed: int
    kind: str
    coverage: str
    rng: np.random.Generator
    frame: Frame
    thorax: Thorax
    tissue: Tissue
    bones: Array
    parenchyma: Parenchyma
    disease: Disease
    surroundings: Surroundings
    vessels: Tubes
    airways: Tubes
    #: Thickness of a bronchus's wall, mm.
    wall_mm: float

    @property
    def findings(self) -> list[str]:
        """Words for what the phantom shows, most important first."""
        fluid = ["effusion"] if self.thorax.effusion is not None else []
        return [*self.disease.findings, *fluid, *self.parenchyma.findings]


def make_phantom(seed: int, kind: str | None = None, severity: float | None = None, coverage: str = "chest") -> Phantom:
    """
    The same arguments always give the same phantom.

    :param kind: one of CLASSES; None draws it
    :param severity: 0 to 1: of COVID-like disease about the share of the lungs, of other infection how much of one
        lobe is consolidated; None draws the disease
    :param coverage: one of frame.COVERAGES
    :raises ValueError: an unknown class or coverage
    """
    if kind is not None and kind not in CLASSES:
        raise ValueError(f"the class must be one of {', '.join(CLASSES)}, but is {kind}")
    rng = np.random.default_rng(seed)
    drawn = CLASSES[int(rng.integers(len(CLASSES)))]
    kind = kind or drawn
    frame = make_frame(rng, coverage)
    mediastinum = make_mediastinum(rng, frame)
    thorax = make_thorax(rng, frame, mediastinum, draw_effusions(rng, kind))
    bones, cartilage = make_skeleton(rng, frame, mediastinum, thorax)
    tissue = make_tissue(rng, frame, mediastinum, thorax, cartilage)
    lobes = thorax.lobes(frame)
    # Distractors are commonest where nothing else is, or their presence would tell the class.
    distractors = {"covid-19": 0.5, "other-infection": 0.6, "no-imaging-signs": 1.0}[kind]
    parenchyma = make_parenchyma(rng, frame, thorax, lobes, distractors)
    disease = draw_disease(rng, kind, severity, frame, thorax, lobes, parenchyma)
    if disease.cavities is not None:
        tissue.gas = np.minimum(tissue.gas, disease.cavities)
    vessels, airways = grow_trees(rng, frame, mediastinum, lobes)
    wall_mm = rng.uniform(0.8, 1.5)
    around = make_surroundings(rng, frame)
    return Phantom(
        seed, kind, coverage, rng, frame, thorax, tissue, bones, parenchyma, disease, around, vessels, airways, wall_mm
    )


def draw_effusions(rng: np.random.Generator, kind: str) -> dict[int, float]:
    """Amount of pleural fluid, 0 to 1, by side (-1 right, 1 left)."""
    chance, least, most = {
        "covid-19": (0.06, 0.1, 0.35),
        "other-infection": (0.4, 0.15, 0.8),
        "no-imaging-signs": (0.08, 0.1, 0.4),
    }[kind]
    if rng.random() >= chance:
        return {}
    sides = [-1, 1] if rng.random() < 0.25 else [int(rng.choice([-1, 1]))]
    return {side: rng.uniform(least, most) for side in sides}


def draw_disease(
    rng: np.random.Generator,
    kind: str,
    severity: float | None,
    frame: Frame,
    thorax: Thorax,
    lobes: Array,
    parenchyma: Parenchyma,
) -> Disease:
    """Disease of the class, within the pleura; none where the scan hardly holds lung."""
    sites = lung_sites(frame, thorax, lobes)
    if kind == "no-imaging-signs" or len(sites.index) < SMALLEST_LOBE:
        return no_disease(frame)
    aerated_hu = float(np.median(parenchyma.hu[lobes > 0]))
    if kind == "covid-19":
        disease = make_covid(rng, frame, thorax, sites, aerated_hu, severity)
    else:
        disease = make_infection(rng, frame, sites, lobes, severity)
    outside = thorax.pleura > 3
    disease.ground_glass[outside] = NOWHERE
    disease.consolidation[outside] = NOWHERE
    return disease


def grow_trees(rng: np.random.Generator, frame: Frame, mediastinum: Mediastinum, lobes: Array) -> tuple[Tubes, Tubes]:
    """Vessels and airways: trachea, main bronchi, and in each lobe an artery, a vein and a bronchial tree."""
    u = rng.uniform
    height, radius = frame.height, u(7, 10.5)
    carina = (u(-4, 4), u(-2, 8), u(0.58, 0.64) * height)
    path = [(u(-3, 3), -6 - u(0, 8), level * height) for level in (1.15, 0.95, 0.8)] + [carina]
    course = [frame.to_world(point, rng) for point in path]
    airways = [tube(a, b, radius, radius) for a, b in zip(course[:-1], course[1:])]
    vessels: list[Tubes] = []
    density = u(0.8, 2.0)
    for side, lobes_here in LOBES_OF_SIDE.items():
        root, bronchus = frame.to_world(mediastinum.roots[side], rng), radius * u(0.6, 0.75)
        airways.append(tube(course[-1], root, bronchus, bronchus * 0.85))
        for lobe in lobes_here:
            inside = np.argwhere(lobes == lobe)
            if len(inside) < SMALLEST_LOBE:
                continue
            # 0.15 branches a mL of lobe, on average.
            count = int(np.clip(len(inside) * frame.step**3 / 1e3 * 0.15 * density, 20, 320))
            leaf, largest = u(0.4, 0.65), u(5, 8)
            vessels.append(
                grow_tree(rng, root + rng.normal(0, 4, 3), draw_targets(rng, frame, inside, count), leaf, largest)
            )
            vein = root + rng.normal(0, 4, 3) - [0, 4, 12]
            vessels.append(grow_tree(rng, vein, draw_targets(rng, frame, inside, int(0.8 * count)), leaf, largest))
            branches = draw_targets(rng, frame, inside, max(8, count // 3))
            airways.append(grow_tree(rng, root, branches, u(0.45, 0.75), bronchus * 0.8, murray=2.6))
    nothing = tube(np.zeros(3), np.zeros(3), 0, 0)
    return join_tubes(vessels or [nothing]), join_tubes(airways)


def draw_targets(rng: np.random.Generator, frame: Frame, inside: Array, number: int) -> Array:
    """Patient coordinates (x, y, z), mm, of random points of a lobe, given as grid indices [n, 3]."""
    chosen = inside[rng.integers(len(inside), size=number)]
    return frame.position(chosen) + rng.uniform(-1.5, 1.5, (number, 3))
