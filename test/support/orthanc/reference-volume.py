"""The volume of a series as PIPELINE.md 2 wants it, by pydicom and numpy: what Lobar's is compared with.

reference-volume.py FOLDER OUT: writes int16 HU, [z, y, x], feet to head, little endian, to OUT and prints
its geometry as JSON. Native pixel data only, so that no codec takes part. Axial series only, with rows
from right to left and columns from front to back, as all series of these tests are.
"""

import json
import sys
from pathlib import Path

import numpy as np
from pydicom import dcmread

slices = [dcmread(path) for path in sorted(Path(sys.argv[1]).rglob("*.dcm"))]
for dataset in slices:
    assert [float(cosine) for cosine in dataset.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]
    assert not dataset.file_meta.TransferSyntaxUID.is_compressed
slices.sort(key=lambda dataset: float(dataset.ImagePositionPatient[2]))


def hounsfield(dataset):
    stored = dataset.pixel_array.astype(np.float64)
    hu = np.rint(stored * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept))
    if "PixelPaddingValue" in dataset:
        ends = [dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)]
        hu[(stored >= min(ends)) & (stored <= max(ends))] = -1024
    return np.clip(hu, -32768, 32767).astype("<i2")


volume = np.stack([hounsfield(dataset) for dataset in slices])
volume.tofile(sys.argv[2])
bottom, top = (np.array(end.ImagePositionPatient, float) for end in (slices[0], slices[-1]))
print(
    json.dumps(
        {
            "shape": volume.shape,
            "spacingMm": [
                float(np.linalg.norm(top - bottom)) / (len(slices) - 1),
                *map(float, slices[0].PixelSpacing),
            ],
            "originMm": bottom.tolist(),
        }
    )
)
