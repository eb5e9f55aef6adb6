"""Copies DICOM files as another study: new StudyInstanceUID, SeriesInstanceUID and SOPInstanceUIDs.

new-series.py IN OUT [FIRST COUNT]: of the files of IN, ordered by position, COUNT from the FIRST one.
Pixel data and transfer syntax stay what they are. Prints the new StudyInstanceUID.
"""

import sys
from pathlib import Path

from pydicom import dcmread
from pydicom.uid import generate_uid

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
first, count = (int(text) for text in sys.argv[3:5]) if len(sys.argv) > 3 else (0, None)

paths = sorted(folder.rglob("*.dcm"))
paths.sort(key=lambda path: dcmread(path, specific_tags=["ImagePositionPatient"]).ImagePositionPatient[2])
study, series = generate_uid(), generate_uid()
out.mkdir(parents=True)
for number, path in enumerate(paths[first : None if count is None else first + count]):
    dataset = dcmread(path)
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = series
    # Anonymised files leave the SOP Class empty in the dataset; the file meta information still has it.
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.save_as(out / f"{number:04}.dcm")
print(study)
