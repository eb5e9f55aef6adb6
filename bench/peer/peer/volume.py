"""DICOM slices to one volume in Hounsfield units."""

from dataclasses import dataclass
from typing import Iterable

import numpy as np
from pydicom.dataset import Dataset

AIR_HU = -1024


@dataclass(frozen=True)
class Volume:
    """HU, int16 [z, y, x]: z from feet to head, y from front to back, x from the patient's right to left."""

    hu: np.ndarray
    spacing_mm: tuple[float, float, float]


def read_volume(instances: Iterable[Dataset]) -> Volume:
    """Decodes instances as they come and sorts them along their normal."""
    slices = []
    for ds in instances:
        row, column = np.reshape(ds.ImageOrientationPatient, (2, 3)).astype(float)
        normal = np.cross(row, column)
        # Heights grow towards the head, wherever the normal points.
        height_mm = float(np.dot(normal, ds.ImagePositionPatient)) * np.sign(normal[2])
        slices.append((height_mm, turned(hounsfield(ds), row, column)))
    if not slices:
        raise LookupError("The series holds no instances.")
    slices.sort(key=lambda one: one[0])
    mm = [float(spacing) for spacing in ds.PixelSpacing]
    along_y, along_x = reversed(mm) if is_transposed(row) else mm
    along_z = float(np.median(np.diff([height_mm for height_mm, _ in slices])))
    return Volume(np.stack([image for _, image in slices]), (along_z, along_y, along_x))


def hounsfield(ds: Dataset) -> np.ndarray:
    """The rescaled image (PS3.3 C.11.1.1.2), padding (C.7.5.1.1.2) as air."""
    stored = ds.pixel_array
    slope, intercept = float(ds.RescaleSlope), float(ds.RescaleIntercept)
    if slope.is_integer() and intercept.is_integer():
        hu = stored.astype(np.int32) * int(slope) + int(intercept)
    else:
        hu = np.floor(stored * slope + intercept + 0.5)
    hu = np.clip(hu, -32768, 32767).astype(np.int16)
    if "PixelPaddingValue" in ds:
        ends = [ds.PixelPaddingValue, ds.get("PixelPaddingRangeLimit", ds.PixelPaddingValue)]
        hu[(stored >= min(ends)) & (stored <= max(ends))] = AIR_HU
    return hu


def turned(image: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """An axial image with x growing to the patient's left and y to the back."""
    if is_transposed(row):
        image, row, column = image.T, column, row
    if row[0] < 0:
        image = image[:, ::-1]
    if column[1] < 0:
        image = image[::-1]
    return image


def is_transposed(row: np.ndarray) -> bool:
    """Whether rows of the image are columns of the volume."""
    return abs(row[0]) < abs(row[1])
