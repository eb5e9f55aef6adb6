"""Phantoms as arrays on disk, for training."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from .phantom import Phantom
from .render import LOBE_BITS, OPACITY, Rendered
from .sampling import Sampling


def describe(phantom: Phantom, rendered: Rendered) -> dict:
    """What is known of a phantom besides its voxels: JSON."""
    lung = (rendered.labels & LOBE_BITS) > 0
    opaque = (rendered.labels & OPACITY) > 0
    involved = float(opaque.sum() / max(1, lung.sum()))
    return {
        "seed": phantom.seed,
        "class": phantom.kind,
        "coverage": phantom.coverage,
        "spacingMm": [float(s) for s in rendered.settings.spacing_mm],
        "sliceThicknessMm": rendered.settings.thickness_mm,
        "kernel": rendered.settings.kernel,
        "sex": "F" if phantom.frame.female else "M",
        "involved": involved,
        "severe": involved > 0.5,
        "findings": phantom.findings,
    }


def stored_sampling(folder: Path, name: str) -> Sampling:
    """Of arrays that `store_arrays` has written: of the very array and of its JSON."""
    rows = np.load(folder / f"{name}-hu.npy", mmap_mode="r").shape[1]
    return Sampling(rows, json.loads((folder / f"{name}.json").read_text())["spacingMm"][0])


def store_arrays(folder: Path, name: str, phantom: Phantom, rendered: Rendered) -> None:
    """`<name>-hu.npy`, `<name>-labels.npy`, and last `<name>.json`, whose presence says that all is there."""
    np.save(folder / f"{name}-hu.npy", rendered.hu)
    np.save(folder / f"{name}-labels.npy", rendered.labels)
    unfinished = folder / f"{name}.json.part"
    unfinished.write_text(json.dumps(describe(phantom, rendered)))
    os.replace(unfinished, folder / f"{name}.json")
