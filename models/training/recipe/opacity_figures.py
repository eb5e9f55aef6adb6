"""How good an opacity network is inside the true lungs, whatever runs it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .bcet import bcet
from .metrics import dice, mean
from .phantom_folder import CLASSES, LOBE_BITS, OPACITY_BIT, Phantom
from .resize import resize_planes
from .window import window_hu

SLICE_STEP = 2
"""Every second slice with lung is looked at, and stands for two."""
DICE_FROM_VOXELS = 1000
"""In the whole scan; below, the paper calculates no Dice (PIPELINE.md 8)."""
NO_SIGNS = CLASSES.index("no-imaging-signs")

Infer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Images [n, 1, h, w] to probabilities [n, 1, h, w]."""


def opacity_input(hu: NDArray[np.generic], size: tuple[int, int]) -> NDArray[np.float32]:
    """One slice of HU as the network wants it: resized, lung window, BCET (PIPELINE.md 5)."""
    return bcet(window_hu(resize_planes(hu.astype(np.float32), size)))


def opacity_figures(phantoms: list[Phantom], infer: Infer, size: tuple[int, int]) -> dict[str, float]:
    """
    Mean Dice of the two classes with disease, and mean mL marked in scans without. The probability is resized
    back to the phantom's own grid and compared with 0.5, as the pipeline does.
    """
    dices: dict[int, list[float]] = {label: [] for label in range(len(CLASSES))}
    false_ml: list[float] = []
    for phantom in phantoms:
        zs = phantom.lung_slices[::SLICE_STEP]
        if len(zs) == 0:
            continue
        bits = phantom.labels[zs]
        lungs = (bits & LOBE_BITS) > 0
        true = (bits & OPACITY_BIT) > 0
        images = np.stack([opacity_input(plane, size) for plane in phantom.hu[zs]])[:, None]
        probability = resize_planes(infer(images)[:, 0], (bits.shape[1], bits.shape[2]))
        found = (probability > 0.5) & lungs
        if phantom.label == NO_SIGNS:
            voxels = SLICE_STEP * int((found & ~true).sum())
            false_ml.append(voxels * float(np.prod(phantom.spacing_mm)) / 1000)
        elif SLICE_STEP * int(true.sum()) >= DICE_FROM_VOXELS:
            dices[phantom.label].append(dice(found, true))
    return {"diceCovid": mean(dices[0]), "diceOther": mean(dices[1]), "falseMl": mean(false_ml)}
