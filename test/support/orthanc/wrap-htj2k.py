"""Makes DICOM slices of HTJ2K codestreams and of their decoded pixels, in two folders.

wrap-htj2k.py CODESTREAMS OUT: CODESTREAMS holds NAME.j2c, 512 x 512 of 16 bits signed, and NAME.RAW with its
pixels. Writes a CT series of them, each name twice, as OUT/htj2k (HTJ2K lossless) and, with the same UIDs,
as OUT/raw. Prints the StudyInstanceUID.
"""

import sys
from pathlib import Path

from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

htj2k_lossless = UID("1.2.840.10008.1.2.4.201")
# Debian's pydicom 2.3 is older than this transfer syntax and writes only what its table calls one.
UID_dictionary.setdefault(htj2k_lossless, ("HTJ2K Lossless", "Transfer Syntax", "", "", "HTJ2KLossless"))

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
study, series = generate_uid(), generate_uid()


def header(number):
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
    dataset.PatientID, dataset.PatientName = "HTJ2K", "HTJ2K"
    dataset.Modality, dataset.BodyPartExamined = "CT", "CHEST"
    dataset.InstanceNumber = number + 1
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [0, 0, number]
    dataset.PixelSpacing, dataset.SliceThickness = [0.75, 0.75], 1
    dataset.Rows = dataset.Columns = 512
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 1
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
    return dataset


def write(path, dataset, syntax, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    file = FileDataset(path, dataset, preamble=bytes(128), file_meta=meta)
    file.is_little_endian, file.is_implicit_VR = True, False
    file.PixelData = pixels
    file["PixelData"].VR = "OB" if syntax == htj2k_lossless else "OW"
    file["PixelData"].is_undefined_length = syntax == htj2k_lossless
    file.save_as(path, write_like_original=False)


for number, codestream in enumerate(2 * sorted(folder.glob("*.j2c"))):
    dataset = header(number)
    name = f"{number:04}.dcm"
    compressed = encapsulate([codestream.read_bytes()])
    write(out / "htj2k" / name, dataset, htj2k_lossless, compressed)
    write(out / "raw" / name, dataset, ExplicitVRLittleEndian, codestream.with_suffix(".RAW").read_bytes())
print(study)
