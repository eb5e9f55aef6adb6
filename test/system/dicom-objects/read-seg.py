"""Says what a DICOM SEG holds, by pydicom and the geometry of PS3.3 C.7.6.2.1.1 alone.

read-seg.py SEG SOURCES LOBES OPACITIES: SOURCES is a folder of the CT images, the others are masks of one byte a voxel,
[z, y, x] from feet to head, on the grid of the SEG.
"""
import json
import sys
from pathlib import Path

import numpy as np
import pydicom

seg_file, sources, lobes_file, opacities_file = sys.argv[1:]
seg = pydicom.dcmread(seg_file)
rows, columns = seg.Rows, seg.Columns
bits = np.unpackbits(np.frombuffer(seg.PixelData, np.uint8), bitorder="little")
frames = bits[: seg.NumberOfFrames * rows * columns].reshape(-1, rows, columns)

shared = seg.SharedFunctionalGroupsSequence[0]
orientation = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
along_row, along_column = orientation[:3], orientation[3:]
normal = np.cross(along_row, along_column)
row_mm, column_mm = (float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing)
images = {image.SOPInstanceUID: image for image in map(pydicom.dcmread, Path(sources).iterdir())}
heights = sorted(float(np.dot(np.array(i.ImagePositionPatient, float), normal)) for i in images.values())

lobes = np.fromfile(lobes_file, np.uint8).reshape(-1, rows, columns)
opacities = np.fromfile(opacities_file, np.uint8).reshape(-1, rows, columns)
read = np.zeros((len(seg.SegmentSequence) + 1, *lobes.shape), np.uint8)
points = {n: [] for n in range(1, len(seg.SegmentSequence) + 1)}
furthest_pixel = 0.0
wrong_hu = 0
for frame, groups in zip(frames, seg.PerFrameFunctionalGroupsSequence):
    number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    position = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
    j, i = np.nonzero(frame)
    mm = position + np.outer(i * column_mm, along_row) + np.outer(j * row_mm, along_column)
    points[number].append(mm)
    z = int(np.argmin(np.abs(np.array(heights) - np.dot(position, normal))))
    read[number, z] = frame

    # The same places in the image that the frame refers to.
    source = images[groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID]
    own = np.array(source.ImageOrientationPatient, float)
    away = mm - np.array(source.ImagePositionPatient, float)
    column = away @ own[:3] / float(source.PixelSpacing[1])
    row = away @ own[3:] / float(source.PixelSpacing[0])
    off_plane = away @ np.cross(own[:3], own[3:])
    off = [np.abs(column - np.round(column)), np.abs(row - np.round(row)), np.abs(off_plane)]
    furthest_pixel = max(furthest_pixel, *(float(one.max()) for one in off))
    if number == len(seg.SegmentSequence):
        stored = np.frombuffer(source.PixelData, np.uint16).reshape(source.Rows, source.Columns).astype(int)
        hu = stored * float(source.RescaleSlope) + float(source.RescaleIntercept)
        is_lesion = np.zeros(stored.shape, bool)
        is_lesion[np.round(row).astype(int), np.round(column).astype(int)] = True
        wrong_hu += int(np.count_nonzero(is_lesion != (hu > -400)))

different = sum(int(np.count_nonzero(read[n] != (lobes == n))) for n in range(1, 6))
different += int(np.count_nonzero(read[6] != opacities))
together = {n: np.concatenate(found) if found else np.zeros((0, 3)) for n, found in points.items()}
print(
    json.dumps(
        {
            "different": different,
            "furthestPixel": furthest_pixel,
            "wrongHu": wrong_hu,
            "emptyFrames": int(np.count_nonzero(frames.reshape(len(frames), -1).sum(axis=1) == 0)),
            "voxels": [len(together[n]) for n in together],
            "centresMm": [p.mean(axis=0).tolist() if len(p) else None for p in together.values()],
            "dimensions": [
                list(g.FrameContentSequence[0].DimensionIndexValues) for g in seg.PerFrameFunctionalGroupsSequence
            ],
        }
    )
)
