"""Slices of a phantom: HU and the exact masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fields import Array, coverage, noise_tile
from .parenchyma import stamp_scars
from .phantom import Phantom
from .scanner import ScanSettings, reconstruct
from .surroundings import draw_background
from .thorax import lobe_labels
from .trees import stamp_balls, stamp_tubes

#: Bits of a label voxel: the lobe in the lowest three, then one bit each.
OPACITY, AIRWAY, VESSEL = 8, 16, 32
LOBE_BITS = 7
AIRWAY_GAS_HU, GUT_GAS_HU, WALL_HU, METAL_HU = -985, -960, 20, 3000
#: The coarse fields that a slice is interpolated from, in the order of their stack.
FIELDS = (
    "body",
    "soft",
    "bone",
    "lung",
    "oblique",
    "horizontal",
    "side",
    "aerated",
    "glass",
    "dense",
    "gas",
    "visible",
)


@dataclass
class Rendered:
    """The slices of one scan of a phantom."""

    #: int16 HU and uint8 label bits, [z, y, x]: feet to head, front to back, patient's right to left.
    hu: Array
    labels: Array
    settings: ScanSettings

    @property
    def lobes(self) -> Array:
        """Lobe labels, uint8: 0 outside the lungs, 1 RUL to 5 LLL."""
        return self.labels & LOBE_BITS

    @property
    def opacities(self) -> Array:
        """Boolean."""
        return (self.labels & OPACITY) > 0


class Renderer:
    """Draws slices of one phantom with one set of scan settings."""

    def __init__(self, phantom: Phantom, settings: ScanSettings):
        self.phantom, self.settings = phantom, settings
        frame, disease = phantom.frame, phantom.disease
        thorax, tissue = phantom.thorax, phantom.tissue
        self.xs, self.ys = settings.xs, settings.ys
        # Two pixels at least: what is thinner than a pixel would flicker from slice to slice.
        self.edge = max(1.0, settings.pixel_mm * 1.1)
        fields = (
            thorax.body,
            tissue.hu,
            phantom.bones,
            thorax.lung,
            thorax.oblique,
            thorax.horizontal,
            frame.xb,
            phantom.parenchyma.hu,
            disease.ground_glass,
            disease.consolidation,
            tissue.gas,
            phantom.parenchyma.fissure_visibility,
        )
        self.stack = np.stack([field.astype(np.float32) for field in fields], 1)
        self.over_x = interpolation(frame.x, self.xs).T.copy()
        self.over_y = interpolation(frame.y, self.ys)
        self.beyond_x = (self.xs < frame.x[0]) | (self.xs > frame.x[-1])
        self.beyond_y = (self.ys < frame.y[0]) | (self.ys > frame.y[-1])
        spacing = (max(settings.spacing_mm[0], 1.0), settings.pixel_mm, settings.pixel_mm)
        self.grain = noise_tile(phantom.rng, spacing, 1.6)
        self.septa = noise_tile(phantom.rng, spacing, 1.3, ridges=True)
        self.bone_hu, self.cortex_hu = phantom.rng.uniform(120, 240), phantom.rng.uniform(250, 600)
        self.nodules = np.array(disease.nodules).reshape(-1, 4)
        self.soft_nodules = np.array(disease.soft_nodules).reshape(-1, 4)
        self.benign = np.array(phantom.parenchyma.solid).reshape(-1, 4)

    def slice(self, index: int) -> tuple[Array, Array]:
        """HU int16 and label bits uint8, [y, x], of one slice; thick slices average two thin ones."""
        settings = self.settings
        parts = 1 if settings.thickness_mm < 2 else 2
        half_slab = settings.thickness_mm / parts / 2 * 0.8
        total, labels, inside = 0.0, None, None
        for part in range(parts):
            z = settings.positions[index] + ((part + 0.5) / parts - 0.5) * settings.thickness_mm
            hu, inside, labels = self.thin_slice(z, half_slab, index)
            total = total + hu / parts
        shoulders = np.clip((settings.positions[index] / self.phantom.frame.height - 0.75) * 5, 0, 1)
        return reconstruct(self.phantom.rng, total, inside, settings, float(shoulders)), labels

    def thin_slice(self, z: float, half_slab: float, index: int) -> tuple[Array, Array, Array]:
        """HU before the scanner, how much is body, and labels, at height `z`."""
        phantom, edge = self.phantom, self.edge
        at = self.fields_at(z)
        vessels = stamp_tubes(phantom.vessels, z, half_slab, self.xs, self.ys, edge)
        lumen = stamp_tubes(phantom.airways, z, half_slab, self.xs, self.ys, edge)
        walls = stamp_tubes(phantom.airways, z, half_slab, self.xs, self.ys, edge, extra=phantom.wall_mm)
        nodules = stamp_balls(self.nodules, z, half_slab, self.xs, self.ys, edge)
        halos = stamp_balls(self.soft_nodules, z, half_slab, self.xs, self.ys, 2 * edge)
        glass = np.maximum(np.clip(0.5 + at["glass"] / 0.10, 0, 1), halos)
        dense = np.clip(0.5 + at["dense"] / 0.12, 0, 1)

        hu = at["soft"] + 6 * self.tile(self.grain, index)
        bone = coverage(at["bone"], edge)
        hu += bone * (self.bone_hu + self.cortex_hu * np.exp(-((at["bone"] / 1.6) ** 2)) - hu)
        inside_lung = self.lung_hu(z, index, at, glass, dense, vessels, nodules)
        hu += coverage(at["lung"], edge) * (inside_lung - hu)
        hu += coverage(at["gas"], edge) * (GUT_GAS_HU - hu)
        wall_hu = np.where(at["lung"] > 0, WALL_HU, -120)
        hu += 0.75 * walls * (dense <= 0.5) * (wall_hu - hu)
        hu += lumen * (AIRWAY_GAS_HU - hu)
        inside = coverage(at["body"], edge)
        background = draw_background(phantom.surroundings, at["body"], self.xs, self.ys)
        hu = background + inside * (hu - background)
        if len(phantom.surroundings.metal):
            metal = stamp_balls(phantom.surroundings.metal, z, half_slab, self.xs, self.ys, edge)
            hu += metal * (METAL_HU - hu)
        return hu, inside, self.label(at, glass, dense, nodules, vessels, lumen)

    def fields_at(self, z: float) -> dict[str, Array]:
        """The coarse fields, by name, on the pixels of the plane at `z`, mm; [y, x] float32."""
        frame = self.phantom.frame
        at = np.clip((z - frame.z[0]) / frame.step, 0, frame.shape[0] - 1.001)
        low = int(at)
        share = np.float32(at - low)
        coarse = self.stack[low] * (1 - share) + self.stack[low + 1] * share
        planes = dict(zip(FIELDS, self.over_y @ (coarse @ self.over_x)))
        # Off the coarse grid there is no patient: 50 mm from the skin.
        planes["body"][:, self.beyond_x] = 50
        planes["body"][self.beyond_y] = 50
        return planes

    def lung_hu(self, z: float, index: int, at, glass: Array, dense: Array, vessels: Array, nodules: Array) -> Array:
        """HU inside the lungs of one plane, [y, x]: tissue, fissures, scars, vessels, disease."""
        phantom, disease, parenchyma = self.phantom, self.phantom.disease, self.phantom.parenchyma
        grain, mottle = self.tile(self.grain, index + 7), self.tile(self.septa, index + 3)
        septa = np.exp(-((self.tile(self.septa, index) / 0.3) ** 2))
        hu = at["aerated"] + 10 * grain + parenchyma.reticulation * septa
        hu += glass * disease.ground_glass_hu * (1 + 0.12 * mottle + 0.06 * grain)
        hu += glass * disease.septa_hu * septa
        if parenchyma.fissure_hu > 0:
            hu += parenchyma.fissure_hu * at["visible"] * self.fissures(at)
        hu += stamp_scars(parenchyma.scars, z, self.xs, self.ys, self.edge) * (20 - hu)
        hu = np.minimum(hu, 60)
        hu += vessels * (min(phantom.tissue.blood, 300) - hu)
        solid = np.maximum(nodules, stamp_balls(self.benign, z, 0.5, self.xs, self.ys, self.edge))
        hu += solid * (20 - hu)
        enhanced = disease.consolidation_hu + 0.15 * (min(phantom.tissue.blood, 120) - 40)
        # Vessels show in consolidation when contrast medium fills them.
        return hu + dense * (enhanced + 8 * grain - hu) * np.where(vessels > 0.5, 0.3, 1)

    def fissures(self, at) -> Array:
        """How much of each pixel is fissure, 0 to 1; the horizontal one only in the right lung, above the oblique."""
        # Where pixels are coarse a fissure is wider and fainter.
        fine = self.settings.pixel_mm < 0.8
        half_width = self.phantom.parenchyma.fissure_half_width + (0.0 if fine else 0.35)
        oblique = np.exp(-((at["oblique"] / half_width) ** 2)) * (1.0 if fine else 0.7)
        flat = np.exp(-((at["horizontal"] / (half_width + 0.3)) ** 2)) * 0.7
        return np.maximum(oblique, flat * (at["side"] < 0) * (at["oblique"] > 0))

    def label(self, at, glass: Array, dense: Array, nodules: Array, vessels: Array, lumen: Array) -> Array:
        """Label bits of one plane, uint8 [y, x]: what covers more than half of a pixel."""
        lobes = lobe_labels(at["lung"], at["side"], at["oblique"], at["horizontal"])
        # The large bronchi near the hilum are no lung; those inside it are, as every lung mask has them.
        lobes[(lumen > 0.5) & (at["lung"] > -1)] = 0
        diseased = (glass > 0.5) | (dense > 0.5) | (nodules > 0.5)
        gas = ((at["gas"] < 0) | (lumen > 0.5)) & (dense <= 0.5)
        labels = lobes.copy()
        labels[(lobes > 0) & diseased & ~gas] |= OPACITY
        labels[lumen > 0.5] |= AIRWAY
        labels[(vessels > 0.5) & (lobes > 0)] |= VESSEL
        return labels

    def tile(self, tile: Array, index: int) -> Array:
        """The slice of a wrapping texture tile, cut to the slice's size."""
        size = self.settings.size
        repeats = -(-size // tile.shape[1])
        return np.tile(tile[index % len(tile)], (repeats, repeats))[:size, :size]


def render(phantom: Phantom, settings: ScanSettings) -> Rendered:
    """Every slice of `settings.positions`."""
    renderer = Renderer(phantom, settings)
    slices = [renderer.slice(index) for index in range(len(settings.positions))]
    return Rendered(np.stack([hu for hu, _ in slices]), np.stack([labels for _, labels in slices]), settings)


def interpolation(grid: Array, points: Array) -> Array:
    """Linear weights [points, grid] that carry values on an even grid to `points`, clamped at its ends."""
    at = np.clip((points - grid[0]) / (grid[1] - grid[0]), 0, len(grid) - 1.001)
    first = at.astype(int)
    weights = np.zeros((len(points), len(grid)), np.float32)
    rows = np.arange(len(points))
    weights[rows, first], weights[rows, first + 1] = 1 - (at - first), at - first
    return weights
