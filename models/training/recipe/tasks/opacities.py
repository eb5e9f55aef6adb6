"""Opacities of one slice."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..augment import SliceAugmentation, jitter_hu, light, warp_slices
from ..bcet import bcet
from ..metrics import dice, mean
from ..networks.resnet_unet import ResNetUNet
from ..phantom_folder import CLASSES, LOBE_BITS, OPACITY_BIT, Phantom
from ..preset import Preset, Stage
from ..resize import resize_planes
from ..window import window_hu
from .inference import infer_slices, of_each_class

OPACITY_SHARE = 0.6
CLEAR_SHARE = 0.25
"""Of the samples with opacity, and of those with lung but without; the rest is any slice."""
OUTSIDE_WEIGHT = 0.2
"""Of a pixel outside the lungs: opacity is judged only inside them."""
POSITIVE_WEIGHT = 1.3
DICE_SMOOTHING = 5e-4
"""In shares of the slice; 51 pixels at 320 x 320."""
DICE_FROM_VOXELS = 1000
"""Below this the paper calculates no Dice (PIPELINE.md 8)."""
NO_SIGNS = CLASSES.index("no-imaging-signs")


class OpacitiesTask:
    def __init__(self, preset: Preset) -> None:
        self.network = ResNetUNet(**preset.network)
        self.augmentation = SliceAugmentation(**preset.augmentation)

    def batch(self, phantoms: list[Phantom], stage: Stage, rng: np.random.Generator) -> tuple[Tensor, ...]:
        size = (stage.size[0], stage.size[1])
        samples = [self._sample(*self._choose(phantoms, rng), size, rng) for _ in range(stage.batch)]
        images, opacity, lungs = (torch.from_numpy(np.stack(part)[:, None]) for part in zip(*samples))
        return images, opacity, lungs

    def _choose(self, phantoms: list[Phantom], rng: np.random.Generator) -> tuple[Phantom, int]:
        """A phantom and a slice. Half of the clear slices come from phantoms without disease."""
        kind = rng.random()
        normals = [phantom for phantom in phantoms if phantom.label == NO_SIGNS]
        diseased = [phantom for phantom in phantoms if phantom.label != NO_SIGNS]
        if kind < OPACITY_SHARE and diseased:
            phantom = diseased[rng.integers(len(diseased))]
            slices = phantom.opacity_slices
        elif kind < OPACITY_SHARE + CLEAR_SHARE:
            among = normals if normals and rng.random() < 0.5 else phantoms
            phantom = among[rng.integers(len(among))]
            slices = phantom.clear_lung_slices
        else:
            phantom = phantoms[rng.integers(len(phantoms))]
            slices = np.arange(len(phantom.hu))
        if len(slices) == 0:
            slices = np.arange(len(phantom.hu))
        return phantom, int(rng.choice(slices))

    def _sample(
        self, phantom: Phantom, z: int, size: tuple[int, int], rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        hu = jitter_hu(phantom.hu[z][None], self.augmentation.gain, self.augmentation.offset_hu, rng)
        bits = np.array(phantom.labels[z])
        masks = np.stack([(bits & OPACITY_BIT) > 0, (bits & LOBE_BITS) > 0]).astype(np.float32)
        hu, masks = warp_slices(hu, masks, self.augmentation, rng)
        opacity, lungs = resize_planes(masks, size)
        return light(opacity_input(hu[0], size), self.augmentation, rng), opacity, lungs

    def loss(self, output: Tensor, batch: tuple[Tensor, ...]) -> Tensor:
        """
        Binary cross entropy, weighted, and one minus the soft Dice inside the lungs. Dice is taken slice by
        slice, so that a slice with one nodule counts as much as one with a consolidated lobe.
        """
        _, opacity, lungs = batch
        entropy = functional.binary_cross_entropy_with_logits(
            output, opacity, reduction="none", pos_weight=torch.tensor(POSITIVE_WEIGHT)
        )
        weights = OUTSIDE_WEIGHT + (1 - OUTSIDE_WEIGHT) * lungs
        probability = output.sigmoid() * lungs
        true = opacity * lungs
        smoothing = DICE_SMOOTHING * output.shape[-1] * output.shape[-2]
        overlap = (probability * true).sum((1, 2, 3))
        total = (probability + true).sum((1, 2, 3))
        soft_dice = (2 * overlap + smoothing) / (total + smoothing)
        return (entropy * weights).sum() / weights.sum() + 1 - soft_dice.mean()

    def validate(self, phantoms: list[Phantom], stage: Stage) -> dict[str, float]:
        size = (stage.size[0], stage.size[1])
        by_class: dict[int, list[float]] = {label: [] for label in range(len(CLASSES))}
        false_ml: list[float] = []
        for phantom in of_each_class(phantoms, 4):
            zs = phantom.lung_slices[::2]
            if len(zs) == 0:
                continue
            bits = phantom.labels[zs]
            found = find_opacities(self, phantom.hu[zs], size) & ((bits & LOBE_BITS) > 0)
            true = (bits & OPACITY_BIT) > 0
            if phantom.label == NO_SIGNS:
                # Every second slice stands for two.
                false_ml.append(2 * float((found & ~true).sum() * np.prod(phantom.spacing_mm)) / 1000)
            elif true.sum() >= DICE_FROM_VOXELS / 2:
                by_class[phantom.label].append(dice(found, true))
        covid, other = mean(by_class[0]), mean(by_class[1])
        return {
            "score": mean([covid, other]),
            "diceCovid": covid,
            "diceOther": other,
            "falseMl": mean(false_ml),
        }

    def epoch_length(self, phantoms: list[Phantom]) -> int:
        return sum(len(phantom.hu) for phantom in phantoms)

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        del state


def opacity_input(hu: NDArray[np.generic], size: tuple[int, int]) -> NDArray[np.float32]:
    """One slice of HU as the network wants it: resized, lung window, BCET (PIPELINE.md 5)."""
    return bcet(window_hu(resize_planes(hu.astype(np.float32), size)))


def find_opacities(task: OpacitiesTask, hu: NDArray[np.int16], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Slices [n, y, x] of HU to a mask of the same shape: probability, resized back, above 0.5."""
    images = np.stack([opacity_input(plane, size) for plane in hu])[:, None]
    logits = infer_slices(task.network, images)[:, 0]
    probability = 1 / (1 + np.exp(-logits))
    return resize_planes(probability, (hu.shape[1], hu.shape[2])) > 0.5
