"""PIPELINE.md 6 on exact masks, written anew with NumPy so that it can judge the service's own arithmetic."""

from __future__ import annotations

import numpy as np

from .fields import Array

LOBES = ("RUL", "RML", "RLL", "LUL", "LLL")
#: Fewer mL of opacity than this in a lobe are none.
NOISE_FLOOR_ML = 0.1


def lobe_score(percent: float, opacity_ml: float) -> int:
    """0 none; 1 below 5 %; 2 from 5 to 25; 3 above 25 to 50; 4 above 50 to 75; 5 above 75 (Pan et al. 2020)."""
    if opacity_ml < NOISE_FLOOR_ML:
        return 0
    if percent < 5:
        return 1
    return 2 + sum(percent > limit for limit in (25, 50, 75))


def band(score: int) -> str:
    """Of the sum of the five scores."""
    if score == 0:
        return "none"
    return "mild" if score <= 5 else "moderate" if score <= 14 else "severe"


def severity(lobes: Array, opacities: Array, spacing_mm: tuple[float, float, float]) -> dict:
    """
    Per lobe: voxels, opacity voxels, percent, score; and the sum and its band.

    :param lobes: 1 RUL to 5 LLL, [z, y, x]
    :param opacities: not 0 where there is opacity
    """
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    found = []
    for label, lobe in enumerate(LOBES, start=1):
        inside = lobes == label
        lung, opaque = int(inside.sum()), int((inside & (opacities > 0)).sum())
        percent = 100 * opaque / lung if lung else 0.0
        found.append(
            {
                "lobe": lobe,
                "lungVoxels": lung,
                "opacityVoxels": opaque,
                "percent": percent,
                "score": lobe_score(percent, opaque * voxel_ml),
            }
        )
    score = sum(one["score"] for one in found)
    return {"lobes": found, "score": score, "band": band(score)}
