"""Masks: components, balls in mm, holes, boxes. A mask is bool [z, y, x]."""

from dataclasses import dataclass

import cv2
import numpy as np
import SimpleITK as sitk
from scipy import ndimage

# Neighbours within a plane only, by the axis across it.
IN_PLANE = []
for _axis in range(3):
    _structure = ndimage.generate_binary_structure(3, 1)
    _structure[tuple(slice(None) if axis != _axis else [0, 2] for axis in range(3))] = False
    IN_PLANE.append(_structure)


@dataclass(frozen=True)
class Components:
    """Pieces joined by faces; number 0 is outside."""

    labels: np.ndarray
    sizes: np.ndarray

    @staticmethod
    def of(mask: np.ndarray, structure: np.ndarray | None = None) -> "Components":
        labels, _ = ndimage.label(mask, structure)
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        return Components(labels, sizes)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of the values over each piece."""
        inside = self.labels > 0
        return np.bincount(self.labels[inside], values[inside], len(self.sizes))

    def means(self, values: np.ndarray) -> np.ndarray:
        return self.sums(values) / np.maximum(1, self.sizes)

    def keep(self, wanted: np.ndarray) -> np.ndarray:
        """The mask of the pieces for which `wanted` [number] is true."""
        wanted = wanted.astype(bool)
        wanted[0] = False
        return wanted[self.labels]


def reachable(mask: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """What can be reached from the seeds through the mask."""
    pieces = Components.of(mask)
    wanted = np.zeros(len(pieces.sizes), bool)
    wanted[pieces.labels[seeds]] = True
    return pieces.keep(wanted)


def dilate(mask: np.ndarray, spacing_mm: tuple, radius_mm: float) -> np.ndarray:
    """Every voxel within `radius_mm` of the mask, centre to centre."""
    if not mask.any():
        return np.zeros_like(mask)
    image = sitk.GetImageFromArray(mask.view(np.uint8))
    image.SetSpacing(spacing_mm[::-1])
    distance = sitk.SignedMaurerDistanceMap(
        image, insideIsPositive=False, squaredDistance=True, useImageSpacing=True
    )
    return sitk.GetArrayViewFromImage(distance) <= radius_mm**2 * (1 + 1e-6)


def erode(mask: np.ndarray, spacing_mm: tuple, radius_mm: float) -> np.ndarray:
    """What is farther than `radius_mm` from everything outside; beyond the border counts as inside."""
    return ~dilate(~mask, spacing_mm, radius_mm)


def open_(mask: np.ndarray, spacing_mm: tuple, radius_mm: float) -> np.ndarray:
    out = np.zeros_like(mask)
    box = box_of(mask, 1)
    if box is not None:
        out[box] = dilate(erode(mask[box], spacing_mm, radius_mm), spacing_mm, radius_mm)
    return out


def close(mask: np.ndarray, spacing_mm: tuple, radius_mm: float) -> np.ndarray:
    pad = [int(radius_mm // mm) + 1 for mm in spacing_mm]
    padded = np.pad(mask, [(n, n) for n in pad])
    closed = erode(dilate(padded, spacing_mm, radius_mm), spacing_mm, radius_mm)
    return closed[tuple(slice(n, -n) for n in pad)]


def disc(spacing_mm: tuple, radius_mm: float) -> np.ndarray:
    """A disc in mm as OpenCV's structuring element."""
    ry, rx = (int(radius_mm // mm) for mm in spacing_mm[1:])
    y, x = np.ogrid[-ry : ry + 1, -rx : rx + 1]
    return ((y * spacing_mm[1]) ** 2 + (x * spacing_mm[2]) ** 2 <= radius_mm**2 * (1 + 1e-6)).astype(np.uint8)


def in_slices(operation, mask: np.ndarray, element: np.ndarray) -> np.ndarray:
    """cv2.erode or cv2.dilate, slice by slice."""
    return np.stack([operation(plane, element) for plane in mask.view(np.uint8)]).view(bool)


def holes(mask: np.ndarray, axis: int) -> np.ndarray:
    """What the mask encloses in each plane across one axis."""
    labels, count = ndimage.label(~mask, IN_PLANE[axis])
    enclosed = np.ones(count + 1, bool)
    enclosed[0] = False
    for border in range(3):
        if border != axis:
            enclosed[np.take(labels, [0, -1], axis=border)] = False
    return enclosed[labels]


def fill_enclosed(mask: np.ndarray) -> np.ndarray:
    """Fills what is enclosed in at least two of the three orientations."""
    votes = sum(holes(mask, axis).view(np.uint8) for axis in range(3))
    return mask | (votes >= 2)


def box_of(mask: np.ndarray, margin: int = 0) -> tuple[slice, ...] | None:
    """The smallest box around the mask, widened within the array."""
    box = []
    for axis in range(3):
        occupied = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
        if len(occupied) == 0:
            return None
        box.append(slice(max(0, occupied[0] - margin), min(mask.shape[axis], occupied[-1] + 1 + margin)))
    return tuple(box)


def convex_hulls(mask: np.ndarray, axis: int) -> np.ndarray:
    """The convex hull of what each plane across one axis holds."""
    planes = np.ascontiguousarray(np.moveaxis(mask, axis, 0)).view(np.uint8)
    out = np.zeros(planes.shape, bool)
    for plane, hull in zip(planes, out):
        points = cv2.findNonZero(plane)
        if points is None:
            continue
        corners = cv2.convexHull(points)[:, 0]
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        y, x = np.ogrid[top : bottom + 1, left : right + 1]
        inside = hull[top : bottom + 1, left : right + 1]
        inside[:] = True
        # Drawn as a polygon it would take in pixels that its edges only touch.
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0)):
            inside &= (x1 - x0) * (y - y0) >= (y1 - y0) * (x - x0)
    return np.moveaxis(out, 0, axis)
