"""Makes the corpus of the fuzzer: one phantom slice (and a stack of three) in every transfer syntax.

No patient is in it: the slices come from the generator of src/sandbox/phantom. The coding is done by other
tools than Lobar's, so that the fuzzer starts from what they write: dcmtk, gdcm, pydicom with OpenJPEG.

    python3 make-corpus.py FOLDER_OF_THREE_RAW_SLICES

The slices: writePhantomStudy(folder, { matrix: 48, slices: 3, spacingMm: 40,
patient: { name: 'FUZZ^CANARY', id: 'FUZZCANARY' } }) of test/support/phantom-study.ts.
"""

import copy
import json
import pathlib
import subprocess
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence
from pydicom.uid import JPEG2000, JPEG2000Lossless, JPEGLSLossless

here = pathlib.Path(__file__).parent
slices = sorted(pathlib.Path(sys.argv[1]).glob("*.dcm"))
raw = slices[1]


def run(name, *command):
    subprocess.run([*command, str(here / f"{name}.dcm")], check=True, stderr=subprocess.DEVNULL)


run("explicit-le", "dcmconv", "+te", str(raw))
run("implicit-le", "dcmconv", "+ti", str(raw))
run("explicit-be", "dcmconv", "+tb", str(raw))
run("deflated", "dcmconv", "+td", str(raw))
run("rle", "dcmcrle", str(raw))
run("jpeg-baseline-50", "dcmcjpeg", "+eb", str(raw))
run("jpeg-extended-51", "dcmcjpeg", "+ee", str(raw))
run("jpeg-spectral-53", "dcmcjpeg", "+es", str(raw))
run("jpeg-progressive-55", "dcmcjpeg", "+ep", str(raw))
run("jpeg-lossless-57", "dcmcjpeg", "+el", "+sv", "4", str(raw))
run("jpeg-lossless-70", "dcmcjpeg", "+e1", str(raw))
run("jpeg-ls-80", "dcmcjpls", "+el", str(raw))
run("jpeg-ls-81", "dcmcjpls", "+en", str(raw))
run("jpeg-ls-80-fragments", "dcmcjpls", "+el", "+fs", "1", str(raw))


def compressed(name, syntax, **options):
    image = pydicom.dcmread(raw)
    image.compress(syntax, generate_instance_uid=False, **options)
    image.save_as(here / f"{name}.dcm")


compressed("jpeg-2000-90", JPEG2000Lossless)
compressed("jpeg-2000-91", JPEG2000, j2k_cr=[8])


def enhanced():
    """Enhanced CT (PS3.3 A.38) of the three slices, with what Lobar reads of its functional groups."""
    images = [pydicom.dcmread(path) for path in slices]
    first = copy.deepcopy(images[0])
    first.SOPClassUID = first.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    per_frame = []
    for index, image in enumerate(images):
        frame, position, content = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = image.ImagePositionPatient
        content.DimensionIndexValues = [index + 1]
        frame.PlanePositionSequence = Sequence([position])
        frame.FrameContentSequence = Sequence([content])
        per_frame.append(frame)
    shared, measures, orientation, values, kind = Dataset(), Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = first.PixelSpacing, first.SliceThickness
    orientation.ImageOrientationPatient = first.ImageOrientationPatient
    values.RescaleIntercept, values.RescaleSlope, values.RescaleType = -1024, 1, "HU"
    kind.FrameType = first.ImageType
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelValueTransformationSequence = Sequence([values])
    shared.CTImageFrameTypeSequence = Sequence([kind])
    first.SharedFunctionalGroupsSequence = Sequence([shared])
    first.PerFrameFunctionalGroupsSequence = Sequence(per_frame)
    first.NumberOfFrames = len(images)
    for name in ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope",
                 "RescaleIntercept", "RescaleType", "SliceThickness"]:
        delattr(first, name)
    first.PixelData = np.stack([image.pixel_array for image in images]).astype("<u2").tobytes()
    return first


enhanced().save_as(here / "enhanced.dcm")
for name, syntax in [("enhanced-jpeg-ls", JPEGLSLossless), ("enhanced-jpeg-2000", JPEG2000Lossless)]:
    image = enhanced()
    image.compress(syntax, generate_instance_uid=False)
    image.save_as(here / f"{name}.dcm")
    frames = [bytes(one) for one in pydicom.encaps.generate_frames(image.PixelData, number_of_frames=3)]
    image.PixelData = encapsulate(frames, fragments_per_frame=3, has_bot=False)
    image.save_as(here / f"{name}-fragments.dcm")
    image.PixelData, image.ExtendedOffsetTable, image.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    image.save_as(here / f"{name}-extended-offsets.dcm")

# The metadata of a series as WADO-RS gives it (PS3.18 F), of the three slices and of the multi-frame one.
def metadata(image):
    dataset = copy.deepcopy(image)
    del dataset.PixelData
    return dataset.to_json_dict()


for name, images in [("series", [pydicom.dcmread(path) for path in slices]), ("enhanced", [enhanced()])]:
    text = json.dumps([metadata(image) for image in images], indent=1)
    (here / f"{name}.json").write_text(text + "\n")
