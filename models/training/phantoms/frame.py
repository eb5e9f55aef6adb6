"""The body's size, pose and coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, smooth_noise

#: What a scan covers. `abdomen` holds no lung at all; `cut` begins or ends inside the lungs.
COVERAGES = ("chest", "chest-abdomen", "abdomen", "cut")


@dataclass
class Frame:
    """
    A coarse grid in the patient's frame (LPS, mm: x to the left, y to the back, z to the head), and the warped
    body coordinates of each of its points, in which the anatomy is described: (0, 0, 0) is the middle of the
    chest at the level of the lung bases, `height` the apex of the lungs.
    """

    height: float
    half_width: float
    half_depth: float
    muscle: float
    fat: float
    female: bool
    arms_down: bool
    step: float
    x: Array
    y: Array
    z: Array
    #: First and last slice position of the scan, mm.
    scan: tuple[float, float]
    xb: Array
    yb: Array
    zb: Array

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the grid: (z, y, x)."""
        return (len(self.z), len(self.y), len(self.x))

    @property
    def up(self) -> Array:
        """Height in lungs: 0 at the bases, 1 at the apices."""
        return self.zb / self.height

    def noise(self, rng: np.random.Generator, cell_mm: float) -> Array:
        """`smooth_noise` on the grid, with knots every `cell_mm`."""
        return smooth_noise(rng, self.shape, cell_mm / self.step)

    def to_world(self, body_point, rng: np.random.Generator) -> Array:
        """The patient point (x, y, z) whose body coordinates are nearest to `body_point`, within a voxel."""
        distance = sum((field - c) ** 2 for field, c in zip((self.xb, self.yb, self.zb), body_point))
        return self.position(np.array(np.unravel_index(int(np.argmin(distance)), self.shape))) + rng.uniform(-1, 1, 3)

    def position(self, index: Array) -> Array:
        """Patient coordinates (x, y, z) of grid indices [..., (z, y, x)]."""
        return np.stack([self.x[index[..., 2]], self.y[index[..., 1]], self.z[index[..., 0]]], -1)


def make_frame(rng: np.random.Generator, coverage: str, step: float = 3.0) -> Frame:
    """
    A body of random size and pose.

    :param coverage: one of COVERAGES
    :param step: of the coarse grid, mm
    :raises ValueError: an unknown coverage
    """
    u = rng.uniform
    height, half_width, half_depth = u(185, 280), u(112, 148), u(72, 102)
    muscle, fat = u(12, 20), float(rng.choice([u(4, 12), u(10, 40)]))
    female, arms_down = bool(rng.random() < 0.45), bool(rng.random() < 0.22)
    low, high = scan_range(rng, coverage, height)
    beside = half_width + muscle + fat + (105 if arms_down else 25)
    before = half_depth + muscle + fat + 35
    # Breasts reach farther to the front.
    front = before + (55 if female else 0)
    x = np.arange(-beside, beside + step, step, dtype=np.float32)
    y = np.arange(-front, before + step + 25, step, dtype=np.float32)
    z = np.arange(low - 6, high + 6 + step, step, dtype=np.float32)
    grid_z, grid_y, grid_x = np.meshgrid(z, y, x, indexing="ij")
    turn, lean_x, lean_y = np.deg2rad(rng.normal(0, [3, 2, 2]))
    xb = np.cos(turn) * grid_x - np.sin(turn) * grid_y + lean_x * (grid_z - height / 2)
    yb = np.sin(turn) * grid_x + np.cos(turn) * grid_y + lean_y * (grid_z - height / 2)
    warp, cell = u(2.5, 6), u(45, 70)
    shape = grid_x.shape
    xb = xb + 0.8 * warp * smooth_noise(rng, shape, cell / step)
    yb = yb + 0.8 * warp * smooth_noise(rng, shape, cell / step)
    zb = grid_z + 1.2 * warp * smooth_noise(rng, shape, cell / step)
    return Frame(height, half_width, half_depth, muscle, fat, female, arms_down, step, x, y, z, (low, high), xb, yb, zb)


def scan_range(rng: np.random.Generator, coverage: str, height: float) -> tuple[float, float]:
    """First and last slice position, mm in the patient's frame."""
    u = rng.uniform
    if coverage == "chest":
        return -u(15, 60), height + u(8, 45)
    if coverage == "chest-abdomen":
        return -u(100, 190), height + u(8, 30)
    if coverage == "abdomen":
        return -u(200, 230), -u(35, 60)
    if coverage == "cut":
        return (u(30, 60), height + u(8, 30)) if rng.random() < 0.5 else (-u(15, 50), height * u(0.8, 0.93))
    raise ValueError(f"coverage must be one of {', '.join(COVERAGES)}, but is {coverage}")
