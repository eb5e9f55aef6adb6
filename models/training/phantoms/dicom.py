"""A phantom as a DICOM series, with its masks as NRRD on the same grid."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nrrd
import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from .fields import Array
from .phantom import Phantom
from .render import AIRWAY, OPACITY, VESSEL, Rendered

#: Added to HU before they are stored as unsigned numbers.
STORED_OFFSET = 2048


def named_uid(name: str) -> str:
    """A UID that belongs to a name: 2.25. and a UUID of version 8 cut from its SHA-256 (PS3.5 B.2, RFC 9562)."""
    digest = bytearray(hashlib.sha256(f"lobar training phantom {name}".encode()).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x80
    digest[8] = (digest[8] & 0x3F) | 0x80
    return f"2.25.{int.from_bytes(digest, 'big')}"


def write_series(folder: Path, phantom: Phantom, rendered: Rendered) -> None:
    """`images/*.dcm`, `lobes.nrrd` (1 RUL to 5 LLL), `opacities.nrrd` (0, 1), `trees.nrrd` (1 airway, 2 vessel)."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    for index, hu in enumerate(rendered.hu):
        write_image(images / f"{index + 1:04d}.dcm", phantom, rendered, index, hu)
    settings = rendered.settings
    origin = (settings.first_x, settings.first_y, float(settings.positions[0]))
    trees = np.where(rendered.labels & AIRWAY, 1, np.where(rendered.labels & VESSEL, 2, 0))
    for name, mask in (("lobes", rendered.lobes), ("opacities", rendered.labels & OPACITY > 0), ("trees", trees)):
        write_mask(folder / f"{name}.nrrd", mask, settings.spacing_mm, origin)


def write_mask(
    path: Path, mask: Array, spacing_mm: tuple[float, float, float], origin: tuple[float, float, float]
) -> None:
    """uint8 NRRD, gzip; `mask` is [z, y, x] along the patient's head, back and left."""
    z, y, x = spacing_mm
    header = {
        "space": "left-posterior-superior",
        "space directions": np.diag([x, y, z]),
        "space origin": np.array(origin),
        "encoding": "gzip",
    }
    nrrd.write(str(path), mask.astype(np.uint8), header, index_order="C")


def write_image(path: Path, phantom: Phantom, rendered: Rendered, index: int, hu: Array) -> None:
    """One slice, `hu` int16 [y, x]."""
    name, settings = f"{phantom.seed}", rendered.settings
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = named_uid(f"{name} image {index}")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPClassUID, image.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    describe_patient(image, phantom)
    image.StudyInstanceUID, image.SeriesInstanceUID = named_uid(f"{name} study"), named_uid(f"{name} series")
    image.FrameOfReferenceUID = named_uid(f"{name} frame of reference")
    image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    image.Modality, image.BodyPartExamined, image.PatientPosition = "CT", "CHEST", "HFS"
    image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = "20260101"
    image.StudyTime = image.SeriesTime = image.AcquisitionTime = image.ContentTime = "120000"
    image.StudyDescription, image.SeriesDescription = "SYNTHETIC chest phantom", "SYNTHETIC phantom axial"
    image.Manufacturer, image.ManufacturerModelName = "Lobar", "Training phantom generator"
    image.ConvolutionKernel = "PHANTOM LUNG" if settings.kernel > 0.5 else "PHANTOM SOFT"
    image.AccessionNumber, image.StudyID, image.ReferringPhysicianName = "", "1", ""
    image.SeriesNumber, image.AcquisitionNumber, image.InstanceNumber, image.KVP = 2, 1, index + 1, None
    image.SliceThickness = f"{settings.thickness_mm:.2f}"
    image.PixelSpacing = [f"{settings.pixel_mm:.6f}"] * 2
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.ImagePositionPatient = [
        f"{value:.4f}" for value in (settings.first_x, settings.first_y, settings.positions[index])
    ]
    image.PositionReferenceIndicator = ""
    write_pixels(image, hu)
    image.save_as(path, enforce_file_format=True)


def describe_patient(image: Dataset, phantom: Phantom) -> None:
    """Invented, and says so."""
    image.PatientName, image.PatientID = f"Phantom^Seed {phantom.seed}", f"PHANTOM-{phantom.seed}"
    image.PatientBirthDate, image.PatientSex = "", "F" if phantom.frame.female else "M"
    image.PatientAge = f"{18 + phantom.seed * 7 % 73:03d}Y"
    image.PatientComments = "Synthetic phantom made by software. No patient."


def write_pixels(image: Dataset, hu: Array) -> None:
    """HU as uncompressed unsigned 16 bit numbers."""
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = hu.shape
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 0
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = -STORED_OFFSET, 1, "HU"
    stored = np.clip(hu.astype(np.int32) + STORED_OFFSET, 0, 65535)
    image.PixelData = stored.astype("<u2").tobytes()
