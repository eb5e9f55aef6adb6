"""How a phantom is scanned: geometry, dose, reconstruction kernel, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .fields import Array
from .frame import Frame


@dataclass(frozen=True)
class ScanSettings:
    """One scan of a phantom. Coordinates are the patient's (LPS)."""

    #: Rows and columns.
    size: int
    #: Slice positions, mm, feet to head; thickness, mm.
    positions: Array
    thickness_mm: float
    #: Pixel spacing, mm; patient coordinates of the first pixel's centre.
    pixel_mm: float
    first_x: float
    first_y: float
    #: 0 smooth (soft tissue) to 1 sharp (lung).
    kernel: float
    noise_hu: float
    #: Stored outside the round field of view; None where the corners are scanned too.
    padding_hu: float | None
    #: The patient moved by this much while a slice was taken, mm.
    motion_mm: float
    #: Streaks between the shoulders, HU.
    streaks_hu: float

    @property
    def xs(self) -> Array:
        """Patient x of the columns, mm."""
        return (self.first_x + self.pixel_mm * np.arange(self.size)).astype(np.float32)

    @property
    def ys(self) -> Array:
        """Patient y of the rows, mm."""
        return (self.first_y + self.pixel_mm * np.arange(self.size)).astype(np.float32)

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Between slices, rows, columns."""
        between = self.positions[1] - self.positions[0] if len(self.positions) > 1 else self.thickness_mm
        return (float(between), self.pixel_mm, self.pixel_mm)


def draw_scan(rng: np.random.Generator, frame: Frame, size: int, between_mm: float) -> ScanSettings:
    """
    :param size: rows and columns
    :param between_mm: from slice to slice; slices are 0.6 to 3 mm thick whatever that is
    """
    u = rng.uniform
    chest = 2 * max(frame.half_width + frame.muscle + frame.fat, frame.half_depth) + 20
    view = chest * u(0.92, 1.2)
    pixel = view / size
    shift = rng.normal(0, 8, 2)
    kernel = u(0, 1)
    low, high = frame.scan
    return ScanSettings(
        size=size,
        positions=np.arange(low, high + 1e-6, between_mm),
        thickness_mm=float(rng.choice([0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0])),
        pixel_mm=pixel,
        first_x=0.5 * pixel - view / 2 + shift[0],
        first_y=0.5 * pixel - view / 2 + 6 + shift[1],
        kernel=kernel,
        noise_hu=u(8, 25) + 45 * kernel * u(0.2, 1),
        padding_hu=float(rng.choice([-1024, -2000, -1000])) if rng.random() < 0.5 else None,
        motion_mm=u(0.5, 2.5) if rng.random() < 0.15 else 0.0,
        streaks_hu=u(10, 45) if frame.arms_down or rng.random() < 0.2 else 0.0,
    )


def reconstruct(rng: np.random.Generator, ideal: Array, body: Array, settings: ScanSettings, shoulders: float) -> Array:
    """
    One slice as the scanner gives it, HU int16: motion, point spread, kernel, coloured noise, streaks, padding.

    :param ideal: HU without noise, [y, x]
    :param body: how much of each pixel is patient, 0 to 1
    :param shoulders: 0 to 1, how much of the shoulders the slice meets
    """
    pixel = settings.pixel_mm
    image = ideal
    if settings.motion_mm > 0:
        moved = ndimage.shift(image, (settings.motion_mm / pixel, 0), order=1, mode="nearest")
        image = 0.5 * (image + moved)
    # Standard deviations of the point spread and of the noise, in pixels: 0.3 to 0.8 mm and 0.2 to 1 mm.
    spread = (1.1 - 0.7 * settings.kernel) * 0.75 / pixel
    if spread > 0.25:
        image = ndimage.gaussian_filter(image, spread)
    if settings.kernel > 0.6:
        soft = ndimage.gaussian_filter(image, 1.3 * 0.75 / pixel + 0.4)
        image = image + (settings.kernel - 0.5) * 0.9 * (image - soft)
    noise = rng.standard_normal(image.shape).astype(np.float32)
    grain = (1.2 - 0.9 * settings.kernel) * 0.8 / pixel
    if grain > 0.3:
        noise = ndimage.gaussian_filter(noise, grain)
        noise /= noise.std()
    strength = settings.noise_hu / np.sqrt(max(settings.thickness_mm, 0.6))
    image = image + strength * noise * np.where(body > 0.3, 1.0, 0.6)
    if settings.streaks_hu > 0 and shoulders > 0:
        rows = ndimage.gaussian_filter1d(rng.standard_normal(len(image)).astype(np.float32), 0.8)
        image = image + shoulders * settings.streaks_hu * rows[:, None] * (body > 0.3)
    if settings.padding_hu is not None:
        ramp = np.arange(settings.size) - (settings.size - 1) / 2
        outside = np.hypot(ramp[:, None], ramp[None, :]) > settings.size / 2
        image = np.where(outside, settings.padding_hu, image)
    return np.clip(np.rint(image), -2048, 3071).astype(np.int16)
