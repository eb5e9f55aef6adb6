"""
The opacity network on slices of real COVID-19 that experts outlined (COVID-19-CT-Seg, Zenodo 3757476, CC BY 4.0), as
8-bit PNG. Their Hounsfield units are lost (stretched from minimum to maximum, then equalised), and are guessed here: a
figure says more about the guess than about the network, and is worth something only beside the naive band's.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from .metrics import dice, mean
from .opacity_figures import opacity_input
from .resize import resize_planes

AERATED_HU, SOFT_TISSUE_HU = -850.0, 40.0
"""What the medians of unaffected lung and of everything bright are taken for."""
NAIVE_BAND_HU = (-700, 100)
NAIVE_MEDIAN = 5


def guess_hu(gray: NDArray[np.uint8], lungs: NDArray[np.bool_], lesions: NDArray[np.bool_]) -> NDArray[np.float32]:
    """
    HU of slices [n, y, x] on the straight line through two medians. The lesions' outlines are used for it: the guess
    is better than one could make without knowing them.
    """
    aerated = float(np.median(gray[lungs & ~lesions]))
    bright = float(np.median(gray[~lungs & (gray > aerated)]))
    slope = (SOFT_TISSUE_HU - AERATED_HU) / max(1.0, bright - aerated)
    return np.clip(AERATED_HU + (gray.astype(np.float32) - aerated) * np.float32(slope), -1024, 1000)


def naive_band(hu: NDArray[np.float32], lungs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """-700 to 100 HU inside the lungs after a median over 5 x 5 pixels of a slice."""
    smooth = ndimage.median_filter(hu, (1, NAIVE_MEDIAN, NAIVE_MEDIAN))
    return (smooth >= NAIVE_BAND_HU[0]) & (smooth <= NAIVE_BAND_HU[1]) & lungs


def expert_slices(model: Path, folder: Path, patients: list[tuple[int, int]], size: tuple[int, int]) -> dict[str, Any]:
    """
    Dice over all slices of each patient, of the network and of the band, inside the experts' lungs.

    :param patients: for each, the first number of its slices and the end
    """
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    network: list[float] = []
    band: list[float] = []
    for first, end in patients:
        names = [path.name for path in sorted((folder / "ct").glob("*.png")) if first <= int(path.stem) < end]
        gray, lungs, lesions = (
            np.stack([np.array(Image.open(folder / kind / name)) for name in names]) for kind in ("ct", "lungs", "covid")
        )
        inside, true = lungs > 0, (lesions > 0) & (lungs > 0)
        hu = guess_hu(gray, inside, true)
        found = np.zeros_like(inside)
        for index, plane in enumerate(hu):
            image = opacity_input(plane, size)[None, None]
            probability = session.run(None, {session.get_inputs()[0].name: image})[0][0]
            found[index] = resize_planes(probability, (plane.shape[0], plane.shape[1]))[0] > 0.5
        network.append(dice(found & inside, true))
        band.append(dice(naive_band(hu, inside), true))
    return {"network": network, "band": band, "networkMean": mean(network), "bandMean": mean(band)}
