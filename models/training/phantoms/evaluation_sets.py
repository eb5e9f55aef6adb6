"""What the `series`, `golden` and `painted` commands write: sets that are never trained on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pydicom

from .cohort import Plan, plan
from .dicom import STORED_OFFSET, named_uid, write_mask, write_pixels, write_series
from .fields import Array
from .lung_mask import threshold_sides
from .paint import ExpertMasks, load_expert_masks, paint
from .phantom import make_phantom
from .render import render
from .scanner import draw_scan
from .store import describe

COLUMNS = ("id", "study", "label", "lobes", "opacities", "severe", "seed")


def write_phantom_series(planned: Plan, out: Path, size: int, between_mm: float) -> dict:
    """`<out>/<seed>/`: DICOM images, masks and `phantom.json`; gives the row of the cohort."""
    folder = out / f"{planned.seed:06d}"
    described = folder / "phantom.json"
    if not described.exists():
        phantom = make_phantom(planned.seed, planned.kind, planned.severity, planned.coverage)
        rendered = render(phantom, draw_scan(phantom.rng, phantom.frame, size, between_mm))
        write_series(folder, phantom, rendered)
        described.write_text(json.dumps(describe(phantom, rendered), indent=2) + "\n")
    facts = json.loads(described.read_text())
    name = folder.name
    return {
        "id": name,
        "study": f"{name}/images",
        "label": facts["class"],
        "lobes": f"{name}/lobes.nrrd",
        "opacities": f"{name}/opacities.nrrd",
        "severe": "yes" if facts["severe"] else "no",
        "seed": facts["seed"],
    }


def write_cohort(path: Path, rows: list[dict], columns: tuple[str, ...] = COLUMNS) -> None:
    """The CSV that `lobar evaluate` reads."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def planned_series(task: tuple[int, Path, int, float]) -> dict:
    seed, out, size, between_mm = task
    return write_phantom_series(plan(seed), out, size, between_mm)


def read_series(folder: Path) -> tuple[list[pydicom.Dataset], Array]:
    """The slices of one axial CT series, feet to head, and their HU, int16 [z, y, x]."""
    slices = [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    if not slices:
        raise ValueError(f"there are no .dcm files below {folder}")
    slices.sort(key=lambda image: float(image.ImagePositionPatient[2]))
    planes = [
        image.pixel_array.astype(np.int32) * int(image.RescaleSlope) + int(image.RescaleIntercept) for image in slices
    ]
    return slices, np.stack(planes).astype(np.int16)


def read_expert_masks(folder: Path, first: int, end: int) -> ExpertMasks:
    """The patient whose slices have numbers from `first` to before `end` in `lungs/` and `covid/`, PNG."""
    from PIL import Image

    names = [name for name in sorted((folder / "covid").glob("*.png")) if first <= int(name.stem) < end]
    planes = {kind: [np.array(Image.open(folder / kind / name.name)) for name in names] for kind in ("lungs", "covid")}
    return load_expert_masks(planes["lungs"], planes["covid"])


def write_painted(source: Path, experts: ExpertMasks, consolidated: float, seed: int, name: str, out: Path) -> dict:
    """One painted copy of a real series, labelled synthetic in every image; gives the row of the cohort."""
    slices, hu = read_series(source)
    positions = [float(image.ImagePositionPatient[2]) for image in slices]
    spacing = (
        float(np.median(np.diff(positions))),
        float(slices[0].PixelSpacing[0]),
        float(slices[0].PixelSpacing[1]),
    )
    painted, mask = paint(hu, spacing, threshold_sides(hu, spacing), experts, consolidated, seed)
    images = out / name / "images"
    images.mkdir(parents=True, exist_ok=True)
    for index, (image, plane) in enumerate(zip(slices, painted)):
        label_synthetic(image, name, index)
        write_pixels(image, plane)
        image.save_as(images / f"{index + 1:04d}.dcm")
    origin = tuple(float(value) for value in slices[0].ImagePositionPatient)
    write_mask(out / name / "opacities.nrrd", mask, spacing, origin)
    return {"id": name, "study": f"{name}/images", "opacities": f"{name}/opacities.nrrd"}


def label_synthetic(image: pydicom.Dataset, name: str, index: int) -> None:
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = named_uid(f"painted {name} {index}")
    image.StudyInstanceUID, image.SeriesInstanceUID = named_uid(f"painted {name}"), named_uid(f"painted {name} series")
    image.PatientID = image.PatientName = f"SYNTHETIC-{name}"
    image.StudyDescription = "SYNTHETIC painted opacities"
    image.SeriesDescription = "SYNTHETIC painted opacities"
    image.PatientComments = "Opacities were painted into a real scan by software."
    if "PixelPaddingValue" in image:
        image.PixelPaddingValue = STORED_OFFSET + int(image.PixelPaddingValue)
    for tag in ("SmallestImagePixelValue", "LargestImagePixelValue"):
        image.pop(tag, None)
