"""A CT series like a scanner's, to be painted."""

from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian, generate_uid

PADDING = 63536


def write_source(folder: Path, hu: np.ndarray, spacing_mm: tuple[float, float, float], padding: slice) -> None:
    """Implicit VR, unsigned, intercept -1200; the rows `padding` were not measured. Names are not in spatial order."""
    folder.mkdir()
    study, series = generate_uid(), generate_uid()
    for index, plane in enumerate(hu):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, generate_uid()
        meta.TransferSyntaxUID = ImplicitVRLittleEndian
        image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        image.StudyInstanceUID, image.SeriesInstanceUID, image.Modality = study, series, "CT"
        image.PatientName, image.PatientID = "Source^Scan", "SOURCE"
        image.ImagePositionPatient = [-100, -80, 300 + index * spacing_mm[0]]
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        image.PixelSpacing = list(spacing_mm[1:])
        image.Rows, image.Columns = plane.shape
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 0
        image.RescaleIntercept, image.RescaleSlope, image.PixelPaddingValue = -1200, 1, PADDING
        stored = (plane.astype(np.int32) + 1200).astype("<u2")
        stored[padding] = PADDING
        image.PixelData = stored.tobytes()
        image.save_as(folder / f"{(index * 7) % len(hu):03d}.dcm", enforce_file_format=True)
