"""Branching tubes: vessels and bronchi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array

#: Length of a straight piece; what a mm of way from the root counts beside a mm of distance; how crooked branches are.
STEP_MM, DETOUR, TORTUOSITY = 11.0, 0.3, 1.2


@dataclass
class Tubes:
    """Straight tapered segments: ends [n, 3] in patient coordinates (x, y, z), radii [n], mm."""

    start: Array
    end: Array
    start_radius: Array
    end_radius: Array


def join_tubes(parts: list[Tubes]) -> Tubes:
    """All of them as one, float32."""
    names = ("start", "end", "start_radius", "end_radius")
    return Tubes(*(np.concatenate([getattr(part, name) for part in parts]).astype(np.float32) for name in names))


def tube(start: Array, end: Array, start_radius: float, end_radius: float) -> Tubes:
    """A single segment."""
    return Tubes(start[None], end[None], np.array([start_radius]), np.array([end_radius]))


def grow_tree(
    rng: np.random.Generator,
    root: Array,
    targets: Array,
    leaf_radius: float,
    largest_radius: float,
    murray: float = 2.8,
) -> Tubes:
    """
    A tree that reaches every target: each, nearest first, is joined to the node that is near and not far from
    the root. Radii follow Murray's law (parent^m = sum of children^m).

    :param root: and `targets` [n, 3]: patient coordinates (x, y, z), mm
    :param leaf_radius: and `largest_radius`: mm
    """
    targets = targets[np.argsort(np.linalg.norm(targets - root, axis=1))]
    nodes = np.zeros((len(targets) * 30 + 5, 3))
    along = np.zeros(len(nodes))
    nodes[0], parents, count = root, [-1], 1
    for target in targets:
        distances = np.linalg.norm(nodes[:count] - target, axis=1)
        joint = int(np.argmin(distances + DETOUR * along[:count]))
        distance = distances[joint]
        if distance < 2.5:
            continue
        pieces = min(25, max(1, int(round(distance / STEP_MM))))
        bow = rng.standard_normal(3) * TORTUOSITY * distance / 12
        last = joint
        for piece in range(1, pieces + 1):
            share = piece / pieces
            point = nodes[joint] * (1 - share) + target * share + bow * np.sin(np.pi * share)
            if piece < pieces:
                point = point + rng.standard_normal(3) * TORTUOSITY * 0.5
            nodes[count], along[count] = point, along[last] + distance / pieces
            parents.append(last)
            last, count = count, count + 1
    return taper(nodes[:count], np.array(parents), leaf_radius, largest_radius, murray)


def taper(nodes: Array, parents: Array, leaf_radius: float, largest_radius: float, murray: float) -> Tubes:
    """Radii from the leaves to the root; nodes [n, 3] stand after their parents, whose indices are `parents`."""
    children = np.bincount(parents[1:], minlength=len(nodes))
    weight = np.where(children == 0, leaf_radius**murray, 0.0)
    for i in range(len(nodes) - 1, 0, -1):
        weight[parents[i]] += weight[i]
    radius = np.minimum(weight ** (1 / murray), largest_radius)
    own = radius[1:]
    return Tubes(nodes[parents[1:]], nodes[1:], np.minimum(radius[parents[1:]], own * 1.25), own)


def stamp_tubes(
    tubes: Tubes, z: float, half_slab: float, xs: Array, ys: Array, width: float, extra: float = 0.0
) -> Array:
    """
    How much of each pixel of one slice lies in a tube, [y, x] 0 to 1.

    :param half_slab: half the slice's thickness, mm
    :param width: over how many mm an edge goes from 1 to 0
    :param extra: added to every radius, mm (the wall of a bronchus)
    """
    plane = np.zeros((len(ys), len(xs)), np.float32)
    reach = np.maximum(tubes.start_radius, tubes.end_radius) + extra
    low = np.minimum(tubes.start[:, 2], tubes.end[:, 2]) - reach - half_slab
    high = np.maximum(tubes.start[:, 2], tubes.end[:, 2]) + reach + half_slab
    step_x, step_y = xs[1] - xs[0], ys[1] - ys[0]
    for i in np.flatnonzero((low < z) & (high > z)):
        a, b, margin = tubes.start[i], tubes.end[i], reach[i] + width
        x0 = max(0, int((min(a[0], b[0]) - margin - xs[0]) / step_x))
        x1 = min(len(xs), int((max(a[0], b[0]) + margin - xs[0]) / step_x) + 2)
        y0 = max(0, int((min(a[1], b[1]) - margin - ys[0]) / step_y))
        y1 = min(len(ys), int((max(a[1], b[1]) + margin - ys[0]) / step_y) + 2)
        if x0 >= x1 or y0 >= y1:
            continue
        axis = b - a
        dx, dy, dz = xs[None, x0:x1] - a[0], ys[y0:y1, None] - a[1], z - a[2]
        share = np.clip((dx * axis[0] + dy * axis[1] + dz * axis[2]) / (axis @ axis + 1e-6), 0, 1)
        beyond = np.maximum(np.abs(dz - share * axis[2]) - half_slab, 0)
        radius = tubes.start_radius[i] + (tubes.end_radius[i] - tubes.start_radius[i]) * share + extra
        distance = np.sqrt((dx - share * axis[0]) ** 2 + (dy - share * axis[1]) ** 2 + beyond**2) - radius
        part = plane[y0:y1, x0:x1]
        np.maximum(part, np.clip(0.5 - distance / width, 0, 1), out=part)
    return plane


def stamp_balls(balls: Array, z: float, half_slab: float, xs: Array, ys: Array, width: float) -> Array:
    """As `stamp_tubes`, for balls [n, (x, y, z, radius)]."""
    centres, radii = balls[:, :3], balls[:, 3]
    return stamp_tubes(Tubes(centres, centres, radii, radii), z, half_slab, xs, ys, width)
