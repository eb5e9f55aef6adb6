"""The coarser grid on which the lungs are found."""

from dataclasses import dataclass

import cv2
import numpy as np

from .volume import Volume

WORK_MM = 2


@dataclass(frozen=True)
class Grid:
    """Means of whole blocks of the volume's voxels, about 2 mm wide; int16 HU [z, y, x]."""

    hu: np.ndarray
    spacing_mm: tuple[float, float, float]
    # Voxels of the volume along each side of a block.
    factors: tuple[int, int, int]

    @property
    def voxel_ml(self) -> float:
        return float(np.prod(self.spacing_mm)) / 1000


def work_grid(volume: Volume) -> Grid:
    factors = tuple(max(1, int(WORK_MM / mm + 0.5)) for mm in volume.spacing_mm)
    fz, fy, fx = factors
    depth, height, width = volume.hu.shape
    blocks = (-(-width // fx), -(-height // fy))
    beyond = [(0, blocks[1] * fy - height), (0, blocks[0] * fx - width)]
    # Blocks at the far edges are means of what is left of them.
    covered = cv2.resize(
        np.pad(np.ones((height, width), np.float32), beyond), blocks, interpolation=cv2.INTER_AREA
    )
    planes = []
    for z in range(0, depth, fz):
        mean = np.pad(volume.hu[z : z + fz].mean(axis=0, dtype=np.float32), beyond)
        planes.append(cv2.resize(mean, blocks, interpolation=cv2.INTER_AREA) / covered)
    hu = np.floor(np.stack(planes) + 0.5).astype(np.int16)
    return Grid(hu, tuple(mm * factor for mm, factor in zip(volume.spacing_mm, factors)), factors)
