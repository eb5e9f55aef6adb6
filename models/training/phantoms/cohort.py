"""Which phantoms a set of seeds gives: training, and the sets that are never trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .phantom import CLASSES

#: Seeds below VALIDATION_FIRST are for training, those from LOBAR_FIRST on with one lobe consolidated, which a lung
#: network finds hardest; validation steers training; the rest is for measuring alone.
LOBAR_FIRST, VALIDATION_FIRST = 60_000, 80_000
HELD_OUT_FIRST, SEVERE_FIRST, GOLDEN_FIRST = 90_000, 91_000, 95_000


@dataclass(frozen=True)
class Plan:
    """The arguments of `make_phantom` that a seed stands for."""

    seed: int
    kind: str
    severity: float | None
    coverage: str


def plan(seed: int) -> Plan:
    """
    For training and validation every tenth phantom (the last of each ten) is severe, and some are cut or hold no
    lung; held-out ones are equally of the three classes and whole chests; from SEVERE_FIRST on all are severe. The
    golden cases have plans of their own (`golden_plans`); this one is what `series` writes for their seeds.
    """
    # A stream of its own: the phantom's own one must not depend on how it was chosen.
    rng = np.random.default_rng([seed, 1])
    severity = float(rng.uniform(0.6, 1.0))
    coverage = str(rng.choice(["chest", "chest-abdomen", "abdomen", "cut"], p=[0.68, 0.14, 0.08, 0.10]))
    if seed >= GOLDEN_FIRST:
        return Plan(seed, CLASSES[seed % 3], None, "chest")
    if seed >= SEVERE_FIRST:
        return Plan(seed, "covid-19", 0.7 + 0.3 * (severity - 0.6) / 0.4, "chest")
    if seed >= HELD_OUT_FIRST:
        return Plan(seed, CLASSES[seed % 3], None, "chest")
    if LOBAR_FIRST <= seed < VALIDATION_FIRST:
        return Plan(seed, "other-infection", severity, "chest")
    if seed % 10 == 9:
        return Plan(seed, "covid-19", severity, "chest" if coverage == "abdomen" else coverage)
    if coverage == "abdomen":
        return Plan(seed, "no-imaging-signs", None, coverage)
    return Plan(seed, CLASSES[seed % 3], None, coverage)
