"""Phantoms as the generator writes them: `<id>-hu.npy`, `<id>-labels.npy`, `<id>.json`."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CLASSES = ("covid-19", "other-infection", "no-imaging-signs")

LOBE_BITS = 0b111
"""0 outside the lungs, 1 RUL, 2 RML, 3 RLL, 4 LUL, 5 LLL."""
OPACITY_BIT = 0b1000


@dataclass(frozen=True)
class Phantom:
    """One phantom; its arrays are mapped from the files, never read whole."""

    name: str
    folder: Path
    seed: int
    label: int
    """Index into CLASSES."""
    spacing_mm: tuple[float, float, float]
    """[z, y, x]."""
    involved: float
    """Opaque share of the lungs."""

    @property
    def hu(self) -> NDArray[np.int16]:
        """[z, y, x] in HU: feet to head, front to back, patient's right to left."""
        return np.load(self.folder / f"{self.name}-hu.npy", mmap_mode="r")

    @property
    def labels(self) -> NDArray[np.uint8]:
        """[z, y, x], bits as in LOBE_BITS and OPACITY_BIT."""
        return np.load(self.folder / f"{self.name}-labels.npy", mmap_mode="r")

    @cached_property
    def lung_slices(self) -> NDArray[np.intp]:
        """Slices that hold lung, and below those that hold opacity: read from the labels once."""
        return np.flatnonzero((self.labels & LOBE_BITS).any(axis=(1, 2)))

    @cached_property
    def opacity_slices(self) -> NDArray[np.intp]:
        return np.flatnonzero((self.labels & OPACITY_BIT).any(axis=(1, 2)))

    @cached_property
    def clear_lung_slices(self) -> NDArray[np.intp]:
        """Slices with lung and without opacity."""
        return np.setdiff1d(self.lung_slices, self.opacity_slices, assume_unique=True)


class PhantomFolder:
    """
    The phantoms in a folder that may grow while it is read. The JSON file is written last: a phantom is there
    when its JSON is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.phantoms: list[Phantom] = []
        self._known: dict[str, Phantom] = {}

    def refresh(self) -> None:
        """Lists the folder again. The order is that of the names, whatever the file system says."""
        self.restore(sorted(path.stem for path in self.folder.glob("*.json")))

    def names(self) -> list[str]:
        return [phantom.name for phantom in self.phantoms]

    def restore(self, names: list[str]) -> None:
        """Exactly these phantoms, as an earlier run knew them."""
        for name in names:
            if name not in self._known:
                self._known[name] = _read_phantom(self.folder, name)
        self.phantoms = [self._known[name] for name in names]


def of_each_class(phantoms: list[Phantom], count: int) -> list[Phantom]:
    """The first `count` phantoms of every class by name: always the same ones."""
    return [
        phantom
        for label in range(len(CLASSES))
        for phantom in [other for other in phantoms if other.label == label][:count]
    ]


def _read_phantom(folder: Path, name: str) -> Phantom:
    facts = json.loads((folder / f"{name}.json").read_text())
    z, y, x = (float(spacing) for spacing in facts["spacingMm"])
    return Phantom(
        name=name,
        folder=folder,
        seed=int(facts["seed"]),
        label=CLASSES.index(facts["class"]),
        spacing_mm=(z, y, x),
        involved=float(facts["involved"]),
    )
