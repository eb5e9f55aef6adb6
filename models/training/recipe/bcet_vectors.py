"""Planes and what BCET makes of them, for the tests of both implementations."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .bcet import StretchTargets, bcet, parabola

TARGETS = StretchTargets()


def bcet_planes() -> dict[str, NDArray[np.float32]]:
    """
    One plane for every way that BCET can go. The last two are built so that a denominator is 0 but for
    rounding: a plane whose mean the straight line already puts on its target, and one whose mean square is
    that of a parabola with its vertex halfway.
    """
    rng = np.random.default_rng(1991)
    ordinary = np.clip(rng.gamma(2.0, 0.12, 64), 0, 1)
    folded = np.clip(np.concatenate([rng.normal(0.15, 0.05, 40), rng.normal(0.85, 0.06, 24)]), 0, 1)
    shifted = 0.3 + 0.5 * rng.random(48)
    return {
        "ordinary": ordinary.astype(np.float32),
        "folded": folded.astype(np.float32),
        "not from 0 to 1": shifted.astype(np.float32),
        "constant": np.full(16, 0.4, np.float32),
        "constant at the lower edge of the window": np.zeros(16, np.float32),
        "denominator of b is zero": _straight_plane(),
        "denominator of a is zero": _centred_plane(),
    }


def _straight_plane() -> NDArray[np.float32]:
    """51 values in [0, 1] with the mean 110/255 = 22/51, in numbers that float32 holds exactly: 22 in all."""
    return np.array([0.0] * 24 + [0.25] * 4 + [0.5] * 4 + [0.75] * 4 + [1.0] * 15, np.float32)[:51]


def _centred_plane() -> NDArray[np.float32]:
    """
    b = (E - s) / (2 (E - e)) is 1/2 for L, l = 0 and H, h = 1 when mean and mean square are equal: zeros and
    ones only.
    """
    return np.array([0.0] * 10 + [1.0] * 6, np.float32)


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
