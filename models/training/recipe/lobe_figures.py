"""How good a lobe network is on phantoms, and how much two agree, whatever runs them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .metrics import dice, mean
from .phantom_folder import LOBE_BITS, OPACITY_BIT, Phantom
from .resize import resize_planes
from .window import window_hu

CONTEXT_MM = 10.0
LOBES = ("RUL", "RML", "RLL", "LUL", "LLL")
SLICE_STEP = 3
"""Every third slice is looked at."""

Infer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Images [n, slices, h, w] to logits or probabilities [n, 6, h, w]: background, then LOBES."""
Size = tuple[int, int]


def context(phantom: Phantom, z: int, slices: int) -> list[int]:
    """
    Slice z with as many below as above it, each 10 mm from the next, clamped at the ends, as the pipeline takes
    them.
    """
    # Halves go up, as Math.round has it.
    step = max(1, int(CONTEXT_MM / phantom.spacing_mm[0] + 0.5))
    around = z + step * np.arange(-(slices // 2), slices // 2 + 1)
    return np.clip(around, 0, len(phantom.hu) - 1).tolist()


def lobe_input(phantom: Phantom, z: int, slices: int, size: Size) -> NDArray[np.float32]:
    """Slice z and its neighbours as the network wants them, [slices, h, w]: resized, lung window (PIPELINE.md 3)."""
    around = phantom.hu[context(phantom, z, slices)].astype(np.float32)
    return window_hu(resize_planes(around, size))


def lobe_figures(phantoms: list[Phantom], infer: Infer, slices: int, size: Size) -> dict[str, float]:
    """Mean Dice of the lungs and of each lobe, and the share of opacity that is found to lie outside the lungs."""
    lungs: list[float] = []
    lobes: list[list[float]] = []
    lost: list[float] = []
    for phantom in phantoms:
        bits = phantom.labels[::SLICE_STEP]
        found = found_lobes(phantom, infer, slices, size)
        true = bits & LOBE_BITS
        lungs.append(dice(found > 0, true > 0))
        lobes.append([dice(found == lobe, true == lobe) for lobe in range(1, len(LOBES) + 1)])
        opacity = (bits & OPACITY_BIT) > 0
        lost.append(float((found[opacity] == 0).mean()) if opacity.any() else float("nan"))
    each = [mean([figures[lobe] for figures in lobes]) for lobe in range(len(LOBES))]
    return {
        "lungDice": mean(lungs),
        "lobeDice": mean(each),
        "opacityOutsideLungs": mean(lost),
        **{f"dice{name}": value for name, value in zip(LOBES, each)},
    }


def lobe_agreement(phantoms: list[Phantom], one: Infer, other: Infer, slices: int, size: Size) -> dict[str, float]:
    """
    Dice of what two networks find, lobe by lobe, over all voxels of all phantoms; of the lungs also that of the
    phantom on which they agree least.
    """
    both = [tuple(found_lobes(phantom, infer, slices, size) for infer in (one, other)) for phantom in phantoms]
    pooled = tuple(np.concatenate([labels[side].ravel() for labels in both]) for side in (0, 1))
    each = [dice(pooled[0] == lobe, pooled[1] == lobe) for lobe in range(1, len(LOBES) + 1)]
    lungs = [dice(a > 0, b > 0) for a, b in both]
    return {
        "lungs": dice(pooled[0] > 0, pooled[1] > 0),
        "lungsWorst": float(np.nanmin(lungs)),
        **{name: value for name, value in zip(LOBES, each)},
    }


def found_lobes(phantom: Phantom, infer: Infer, slices: int, size: Size) -> NDArray[np.int64]:
    """The likeliest label of every voxel of every third slice, on the phantom's own grid."""
    zs = range(0, len(phantom.hu), SLICE_STEP)
    answer = infer(np.stack([lobe_input(phantom, z, slices, size) for z in zs]))
    _, height, width = phantom.hu.shape
    return resize_planes(answer, (height, width)).argmax(1)
