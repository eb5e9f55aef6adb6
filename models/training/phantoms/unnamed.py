"""A real CT image without what could tell whose it is."""

from __future__ import annotations

import pydicom
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

#: All that stays: scanner, geometry, pixels, and of the patient what PS3.15 E.3.10 lets stay as characteristics. A
#: list of what goes (PS3.15 table E.1-1) would miss what nobody thought of: private elements, text, sequences.
KEPT = frozenset(
    """
    SpecificCharacterSet ImageType SOPClassUID Modality Manufacturer ManufacturerModelName PatientSex PatientAge
    BodyPartExamined ScanOptions SliceThickness KVP SpacingBetweenSlices DataCollectionDiameter ReconstructionDiameter
    GantryDetectorTilt TableHeight ExposureTime XRayTubeCurrent Exposure FilterType ConvolutionKernel PatientPosition
    SeriesNumber AcquisitionNumber InstanceNumber ImagePositionPatient ImageOrientationPatient SliceLocation
    SamplesPerPixel PhotometricInterpretation Rows Columns PixelSpacing BitsAllocated BitsStored HighBit
    PixelRepresentation RescaleIntercept RescaleSlope RescaleType WindowCenter WindowWidth PixelData
    """.split()
)
#: Empty where they must be there (type 2 of a CT image, PS3.3 A.3 and C.7).
EMPTY = ("AccessionNumber", "PatientBirthDate", "PositionReferenceIndicator", "ReferringPhysicianName", "StudyID")
#: One invented day, that of every image.
DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate")
TIMES = ("StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime")


def remove_identity(image: pydicom.FileDataset) -> None:
    """
    Leaves `KEPT` of a CT image, in place, with an invented date and a file meta group of its own: UIDs, names and
    descriptions are to be given anew.
    """
    for tag in list(image.keys()):
        if keyword_for_tag(tag) not in KEPT:
            del image[tag]
    for keyword in EMPTY:
        setattr(image, keyword, "")
    for date, time in zip(DATES, TIMES):
        setattr(image, date, "20260101")
        setattr(image, time, "120000")
    image.preamble = b"\0" * 128
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = CTImageStorage
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
