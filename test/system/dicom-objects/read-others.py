"""What is in an Encapsulated PDF and in Secondary Captures, by pydicom: read-others.py PDF OUT CAPTURE..."""
import json
import sys

import pydicom

pdf_file, out, *captures = sys.argv[1:]
pdf = pydicom.dcmread(pdf_file)
with open(out, "wb") as file:
    file.write(pdf.EncapsulatedDocument[: pdf.EncapsulatedDocumentLength])
read = []
for name in captures:
    capture = pydicom.dcmread(name)
    read.append(
        {
            "shape": list(capture.pixel_array.shape),
            "pixels": capture.pixel_array.flatten().tolist(),
            "orientation": [] if capture.PatientOrientation is None else list(capture.PatientOrientation),
            "number": int(capture.InstanceNumber),
            "sources": [s.ReferencedSOPInstanceUID for s in capture.get("SourceImageSequence", [])],
            "series": [
                [s.SeriesInstanceUID, [i.ReferencedSOPInstanceUID for i in s.ReferencedInstanceSequence]]
                for s in capture.ReferencedSeriesSequence
            ],
            "spacing": [float(mm) for mm in capture.get("PixelSpacing", [])],
            "calibration": capture.get("PixelSpacingCalibrationType", ""),
            "comments": capture.ImageComments,
        }
    )
print(json.dumps({"name": str(pdf.PatientName), "title": pdf.DocumentTitle, "captures": read}))
