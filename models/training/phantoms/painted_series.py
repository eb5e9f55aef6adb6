"""What the `painted` command writes: a real series with painted opacities, labelled synthetic in every image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

from .dicom import named_uid, write_mask, write_pixels
from .fields import Array
from .lung_mask import threshold_sides
from .paint import ExpertMasks, load_expert_masks, paint
from .unnamed import remove_identity

#: HU of what the scanner did not measure (PIPELINE.md 2).
AIR_HU = -1024


@dataclass
class RealScan:
    """One axial CT series, feet to head, and its lungs."""

    slices: list[pydicom.Dataset]
    #: int16 [z, y, x]; padding is air.
    hu: Array
    spacing_mm: tuple[float, float, float]
    #: 1 right lung, 2 left lung.
    sides: Array


def read_scan(folder: Path) -> RealScan:
    """
    The series below `folder`; the files must be those of one series.

    :raises ValueError: no files, images that are not axial, or no lungs in them
    """
    slices = [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    if not slices:
        raise ValueError(f"there are no .dcm files below {folder}")
    if any([float(cosine) for cosine in image.ImageOrientationPatient] != [1, 0, 0, 0, 1, 0] for image in slices):
        raise ValueError("only axial images can be painted, their rows from right to left")
    slices.sort(key=lambda image: float(image.ImagePositionPatient[2]))
    hu = np.stack([hounsfield(image) for image in slices])
    between = float(np.median(np.diff([float(image.ImagePositionPatient[2]) for image in slices])))
    spacing = (between, float(slices[0].PixelSpacing[0]), float(slices[0].PixelSpacing[1]))
    return RealScan(slices, hu, spacing, threshold_sides(hu, spacing))


def hounsfield(image: pydicom.Dataset) -> Array:
    """int16 [y, x]."""
    stored = image.pixel_array
    hu = np.rint(stored * float(image.RescaleSlope) + float(image.RescaleIntercept))
    if "PixelPaddingValue" in image:
        hu[stored == image.PixelPaddingValue] = AIR_HU
    return hu.astype(np.int16)


def read_expert_masks(folder: Path, first: int, end: int) -> ExpertMasks:
    """The patient whose slices have numbers from `first` to before `end` in `lungs/` and `covid/`, PNG."""
    names = [name for name in sorted((folder / "covid").glob("*.png")) if first <= int(name.stem) < end]
    if not names:
        raise ValueError(f"there are no masks {first} to {end} in {folder / 'covid'}")
    planes = {kind: [np.array(Image.open(folder / kind / name.name)) for name in names] for kind in ("lungs", "covid")}
    return load_expert_masks(planes["lungs"], planes["covid"])


def write_painted(scan: RealScan, experts: ExpertMasks, consolidated: float, seed: int, folder: Path) -> dict:
    """
    `images/*.dcm` and `opacities.nrrd`; gives the row of the cohort. The scan's headers are changed on the way.

    All copies are of one scan, so of one patient: a bootstrap must draw them together.
    """
    painted, mask = paint(scan.hu, scan.spacing_mm, scan.sides, experts, consolidated, seed)
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    for index, (image, plane) in enumerate(zip(scan.slices, painted)):
        label_synthetic(image, folder.name, index)
        write_pixels(image, plane)
        image.save_as(images / f"{index + 1:04d}.dcm", enforce_file_format=True)
    origin = tuple(float(value) for value in scan.slices[0].ImagePositionPatient)
    write_mask(folder / "opacities.nrrd", mask, scan.spacing_mm, origin)
    return {
        "id": folder.name,
        "patient": "painted",
        "study": f"{folder.name}/images",
        "opacities": f"{folder.name}/opacities.nrrd",
    }


def label_synthetic(image: pydicom.Dataset, name: str, index: int) -> None:
    """
    Another study, series and image, whose headers say that it is synthetic and hold nothing of whose scan it was;
    uncompressed, without padding.
    """
    remove_identity(image)
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = named_uid(f"painted {name} {index}")
    image.StudyInstanceUID, image.SeriesInstanceUID = named_uid(f"painted {name}"), named_uid(f"painted {name} series")
    image.FrameOfReferenceUID = named_uid(f"painted {name} frame of reference")
    image.PatientID = image.PatientName = f"SYNTHETIC-{name}"
    image.StudyDescription = "SYNTHETIC painted opacities"
    image.SeriesDescription = "SYNTHETIC painted opacities"
    image.PatientComments = "Opacities were painted into a real scan by software."
