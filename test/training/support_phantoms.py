"""Tiny phantoms in the form that the generator writes."""

import json
from pathlib import Path

import numpy as np

CLASSES = ("covid-19", "other-infection", "no-imaging-signs")


def write_phantoms(folder: Path, count: int, slices: int = 8, size: int = 64) -> None:
    """Two boxes of lung with five lobes; where there is disease, a denser box at the back of the right one."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        hu = np.full((slices, size, size), 40)
        labels = np.zeros((slices, size, size), np.uint8)
        right, left = np.s_[1:-1, 16:48, 8:28], np.s_[1:-1, 16:48, 36:56]
        hu[right] = hu[left] = -850
        labels[right], labels[left] = 3, 5
        labels[4:-1, 16:48, 8:28], labels[4:-1, 16:48, 36:56] = 1, 4
        labels[4:-1, 16:28, 8:28] = 2
        if seed % 3 < 2:
            spot = np.s_[2:5, 36:44, 10:20]
            hu[spot] = -500 if seed % 3 == 0 else 0
            labels[spot] |= 8
        noisy = hu + rng.normal(0, 20, hu.shape)
        name = f"{seed:06d}"
        np.save(folder / f"{name}-hu.npy", np.rint(noisy).astype(np.int16))
        np.save(folder / f"{name}-labels.npy", labels)
        facts = {
            "seed": seed,
            "class": CLASSES[seed % 3],
            "spacingMm": [10.0, 5.0, 5.0],
            "severe": seed == 0,
            "involved": 0.6 if seed == 0 else 0.1,
            "findings": [],
        }
        (folder / f"{name}.json").write_text(json.dumps(facts))
