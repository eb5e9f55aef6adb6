"""What of a real image's headers is left in its painted copy."""

import io
import unittest

from support_libraries import require

require("scipy", "pydicom", "nrrd", "PIL")

import numpy as np  # noqa: E402
import pydicom  # noqa: E402
from phantoms.dicom import write_pixels  # noqa: E402
from phantoms.painted_series import label_synthetic  # noqa: E402
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset  # noqa: E402
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian  # noqa: E402

#: Of PS3.15 table E.1-1, with a secret each.
IDENTIFYING = (
    "PatientName PatientID IssuerOfPatientID OtherPatientNames PatientAddress PatientTelephoneNumbers PatientComments "
    "AccessionNumber StudyID InstitutionName InstitutionAddress InstitutionalDepartmentName StationName "
    "ReferringPhysicianName PerformingPhysicianName OperatorsName PhysiciansOfRecord NameOfPhysiciansReadingStudy "
    "StudyDescription SeriesDescription ProtocolName AdditionalPatientHistory EthnicGroup Occupation MedicalAlerts "
    "AdmissionID DeviceSerialNumber ImageComments RequestingPhysician RequestedProcedureDescription "
    "PerformedProcedureStepDescription ClinicalTrialSubjectID DerivationDescription RequestedProcedureID"
).split()
UIDS = "StudyInstanceUID SeriesInstanceUID SOPInstanceUID FrameOfReferenceUID DeviceUID".split()
DATES = "StudyDate SeriesDate AcquisitionDate ContentDate PatientBirthDate InstanceCreationDate".split()


def real_image() -> FileDataset:
    """A CT image that tells everything, in every corner of it."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, "1.2.3.99"
    meta.TransferSyntaxUID, meta.SourceApplicationEntityTitle = ImplicitVRLittleEndian, "SECRET"
    image = FileDataset("", {}, file_meta=meta, preamble=b"SECRET".ljust(128, b"\0"))
    for keyword in IDENTIFYING:
        setattr(image, keyword, "SECRET")
    for keyword in UIDS:
        setattr(image, keyword, "1.2.3.99")
    for keyword in DATES:
        setattr(image, keyword, "19570312")
    other = Dataset()
    other.PatientID = "SECRET"
    image.OtherPatientIDsSequence = [other]
    image.add_new(0x60003000, "OW", b"SECRET")
    block = image.private_block(0x0019, "SECRET VENDOR", create=True)
    block.add_new(0x01, "LO", "SECRET")
    image.SOPClassUID, image.Modality, image.Manufacturer, image.PatientSex = CTImageStorage, "CT", "Scanners", "F"
    image.SliceThickness, image.PixelSpacing = "2.5", ["0.7", "0.8"]
    image.ImagePositionPatient, image.ImageOrientationPatient = [1, 2, 3], [1, 0, 0, 0, 1, 0]
    image.InstanceNumber, image.PixelPaddingValue = 7, 0
    return image


class Copy(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        image = real_image()
        label_synthetic(image, "painted-1", 0)
        write_pixels(image, np.full((2, 2), -700, np.int16))
        written = io.BytesIO()
        image.save_as(written, enforce_file_format=True)
        cls.bytes = written.getvalue()
        cls.image = pydicom.dcmread(io.BytesIO(cls.bytes))

    def test_holds_nothing_that_tells_whose_scan_it_was(self) -> None:
        for secret in (b"SECRET", b"1.2.3.99", b"19570312"):
            self.assertNotIn(secret, self.bytes)

    def test_says_that_it_is_synthetic(self) -> None:
        self.assertEqual(str(self.image.PatientName), "SYNTHETIC-painted-1")
        self.assertIn("SYNTHETIC", self.image.SeriesDescription)

    def test_keeps_scanner_geometry_and_pixels(self) -> None:
        image = self.image
        self.assertEqual((image.Modality, image.Manufacturer, image.PatientSex), ("CT", "Scanners", "F"))
        self.assertEqual((image.SliceThickness, list(image.PixelSpacing)), (2.5, [0.7, 0.8]))
        self.assertEqual((list(image.ImagePositionPatient), image.InstanceNumber), ([1, 2, 3], 7))
        np.testing.assert_array_equal(image.pixel_array * image.RescaleSlope + image.RescaleIntercept, -700)
        self.assertNotIn("PixelPaddingValue", image)

    def test_has_what_every_ct_image_must_have(self) -> None:
        """Types 1 and 2 of PS3.3 A.3, by name."""
        for keyword in (
            "PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime ReferringPhysicianName StudyID "
            "AccessionNumber FrameOfReferenceUID PositionReferenceIndicator Manufacturer"
        ).split():
            self.assertIn(keyword, self.image)


if __name__ == "__main__":
    unittest.main()
