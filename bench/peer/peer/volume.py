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
        height_mm = float(np.dot(np.cross(row, column), np.asarray(ds.ImagePositionPatient, float)))
        slices.append((height_mm, turned(hounsfield(ds), row, column)))
    slices.sort(key=lambda one: one[0])
    heights_mm = np.array([height_mm for height_mm, _ in slices])
    row_mm, column_mm = (float(mm) for mm in ds.PixelSpacing)
    along_y, along_x = (column_mm, row_mm) if abs(row[0]) < abs(row[1]) else (row_mm, column_mm)
    # Slices whose normal points to the feet are counted from the head.
    if np.cross(row, column)[2] < 0:
        slices.reverse()
    spacing_z = float(np.median(np.diff(heights_mm)))
    return Volume(np.stack([image for _, image in slices]), (spacing_z, along_y, along_x))


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
    if abs(row[0]) < abs(row[1]):
        image, row, column = image.T, column, row
    if row[0] < 0:
        image = image[:, ::-1]
    if column[1] < 0:
        image = image[::-1]
    return image
