"""Opacities of one slice."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..augment import SliceAugmentation, jitter_hu, light, warp_slices
from ..metrics import mean
from ..networks.resnet_unet import ResNetUNet
from ..opacity_figures import NO_SIGNS, opacity_figures, opacity_input
from ..phantom_folder import LOBE_BITS, OPACITY_BIT, Phantom, of_each_class
from ..preset import Preset, Stage
from ..resize import resize_planes
from .inference import infer_slices
from .task import StatelessSlices

OPACITY_SHARE = 0.5
CLEAR_SHARE = 0.4
"""Of the samples with opacity, and of those with lung but without; the rest is any slice."""
OUTSIDE_WEIGHT = 0.2
"""Of a pixel outside the lungs: opacity is judged only inside them."""
POSITIVE_WEIGHT = 1.3
INVOLVED_WEIGHT = 2.0
"""A phantom with disease is drawn 1 + this x its opaque share as often."""
DICE_SMOOTHING = 5e-4
"""In shares of the slice; 51 pixels at 320 x 320."""


Sample = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Image, opacity and lungs of one slice, each [y, x]."""


class OpacitiesTask(StatelessSlices):
    def __init__(self, preset: Preset) -> None:
        self.network = ResNetUNet(**preset.network)
        self.channels = 1
        self.augmentation = SliceAugmentation(**preset.augmentation)

    def batch(self, phantoms: list[Phantom], stage: Stage, rng: np.random.Generator) -> tuple[Tensor, ...]:
        size = (stage.size[0], stage.size[1])
        samples = [self._sample(*self._choose(phantoms, rng), size, rng) for _ in range(stage.batch)]
        if stage.crop is not None:
            samples = [crop(sample, stage.crop, rng) for sample in samples]
        images, opacity, lungs = (torch.from_numpy(np.stack(part)[:, None]) for part in zip(*samples))
        return images, opacity, lungs

    def _choose(self, phantoms: list[Phantom], rng: np.random.Generator) -> tuple[Phantom, int]:
        """A phantom and a slice. Half of the clear slices come from phantoms without disease."""
        kind = rng.random()
        normals = [phantom for phantom in phantoms if phantom.label == NO_SIGNS]
        diseased = [phantom for phantom in phantoms if phantom.label != NO_SIGNS]
        if kind < OPACITY_SHARE and diseased:
            weights = np.array([1 + INVOLVED_WEIGHT * phantom.involved for phantom in diseased])
            phantom = diseased[rng.choice(len(diseased), p=weights / weights.sum())]
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

    def _sample(self, phantom: Phantom, z: int, size: tuple[int, int], rng: np.random.Generator) -> Sample:
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
        figures = opacity_figures(of_each_class(phantoms, 4), self._infer, size)
        return {"score": mean([figures["diceCovid"], figures["diceOther"]]), **figures}

    def _infer(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return 1 / (1 + np.exp(-infer_slices(self.network, images)))


def crop(sample: Sample, side: int, rng: np.random.Generator) -> Sample:
    """
    A square of the sample about one of its pixels of opacity (half of the time, if there are any), else of lung,
    else about any: most of a slice is neither, and costs as much to train on.
    """
    image, opacity, lungs = sample
    about = opacity if rng.random() < 0.5 and opacity.any() else lungs
    pixels = np.flatnonzero(about > 0.5)
    at = int(rng.choice(pixels)) if len(pixels) else int(rng.integers(image.size))
    height, width = image.shape
    shift = rng.integers(-side // 4, side // 4 + 1, 2)
    top = int(np.clip(at // width - side // 2 + shift[0], 0, height - side))
    left = int(np.clip(at % width - side // 2 + shift[1], 0, width - side))
    part = (slice(top, top + side), slice(left, left + side))
    return image[part], opacity[part], lungs[part]
