"""Planes and what BCET makes of them, for the tests of both implementations."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .bcet import StretchTargets, bcet, parabola

TARGETS = StretchTargets()


def bcet_planes() -> dict[str, NDArray[np.float32]]:
    """One plane for every way that BCET can go."""
    rng = np.random.default_rng(1991)
    bright = rng.random(64) ** 0.8
    shifted = 0.3 + 0.5 * rng.random(48)
    dark = rng.gamma(2.0, 0.12, 64)
    # 22 / 51 is 110 / 255: the straight line puts the mean on its target. Sums of quarters are exact.
    straight = np.repeat([0.0, 0.25, 0.5, 0.75, 1.0], [23, 4, 4, 4, 16])
    # From 0 to 1, b = (E - s) / (2 (E - e)): with the mean square s equal to the mean e, as it is for zeros
    # and ones, the vertex is 1/2.
    centred = np.repeat([0.0, 1.0], [10, 6])
    planes = {
        "ordinary": bright,
        "not from 0 to 1": shifted,
        "folded": np.clip(dark, 0, 1),
        "constant": np.full(16, 0.4),
        "constant at the lower edge of the window": np.zeros(16),
        "denominator of b is zero": straight,
        "denominator of a is zero": centred,
    }
    return {name: plane.astype(np.float32) for name, plane in planes.items()}


def bcet_vectors() -> list[dict[str, object]]:
    vectors: list[dict[str, object]] = []
    for name, plane in bcet_planes().items():
        found = parabola(plane.astype(np.float64), TARGETS)
        folded = found is not None and float(plane.min()) < found[1] < float(plane.max())
        vectors.append(
            {
                "of": name,
                "stretch": "line" if found is None else "folded parabola" if folded else "parabola",
                "input": [float(value) for value in plane],
                "output": [float(value) for value in bcet(plane, TARGETS)],
            }
        )
    return vectors


def write_bcet_vectors(file: Path) -> None:
    document = {"targets": vars(TARGETS), "vectors": bcet_vectors()}
    file.write_text(f"{json.dumps(document)}\n")
