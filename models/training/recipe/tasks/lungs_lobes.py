"""Lungs and lobes from a slice and its neighbours."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..augment import SliceAugmentation, jitter_hu, warp_slices
from ..lobe_figures import context, lobe_figures
from ..networks.lobe_unet import LobeUNet
from ..phantom_folder import LOBE_BITS, OPACITY_BIT, Phantom, of_each_class
from ..preset import Preset, Stage
from ..resize import resize_planes
from ..window import window_hu
from .inference import infer_slices
from .task import StatelessSlices

LABELS = 6
LUNG_SHARE, OPACITY_SHARE = 0.5, 0.3
"""Of the samples that are sure to hold lung, and that are sure to hold opacity if the phantom has any."""
INVOLVED_WEIGHT = 4.0
"""A phantom is drawn 1 + this x its opaque share as often: dense disease is what a lung network loses."""
OPACITY_WEIGHT = 4.0
"""Of a pixel's cross entropy where the lung is dense, for the same reason."""


class LungsLobesTask(StatelessSlices):
    def __init__(self, preset: Preset) -> None:
        self.network = LobeUNet(**preset.network)
        self.channels = self.network.slices
        self.augmentation = SliceAugmentation(**preset.augmentation)

    def batch(self, phantoms: list[Phantom], stage: Stage, rng: np.random.Generator) -> tuple[Tensor, ...]:
        size = (stage.size[0], stage.size[1])
        weights = np.array([1 + INVOLVED_WEIGHT * phantom.involved for phantom in phantoms])
        chosen = rng.choice(len(phantoms), stage.batch, p=weights / weights.sum())
        samples = [self._sample(phantoms[index], size, rng) for index in chosen]
        images, labels, dense = (torch.from_numpy(np.stack(part)) for part in zip(*samples))
        return images, labels, dense

    def _sample(
        self, phantom: Phantom, size: tuple[int, int], rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
        z = choose_slice(phantom, rng)
        around = phantom.hu[context(phantom, z, self.network.slices)]
        slices = jitter_hu(around, self.augmentation.gain, self.augmentation.offset_hu, rng)
        bits = np.array(phantom.labels[z])
        masks = np.stack([bits & LOBE_BITS, (bits & OPACITY_BIT) > 0]).astype(np.float32)
        slices, masks = warp_slices(slices, masks, self.augmentation, rng)
        return (
            window_hu(resize_planes(slices, size)),
            majority_label(masks[0].astype(np.uint8), size),
            resize_planes(masks[1], size),
        )

    def loss(self, output: Tensor, batch: tuple[Tensor, ...]) -> Tensor:
        """Cross entropy, and one minus the soft Dice of the five lobes over the batch."""
        _, labels, dense = batch
        entropy = functional.cross_entropy(output, labels, reduction="none")
        weights = 1 + (OPACITY_WEIGHT - 1) * dense
        true = functional.one_hot(labels, LABELS).movedim(-1, 1).to(output.dtype)
        probability = output.softmax(1)
        overlap = (probability * true).sum((0, 2, 3))[1:]
        total = (probability + true).sum((0, 2, 3))[1:]
        return (entropy * weights).sum() / weights.sum() + 1 - ((2 * overlap + 10) / (total + 10)).mean()

    def validate(self, phantoms: list[Phantom], stage: Stage) -> dict[str, float]:
        size = (stage.size[0], stage.size[1])
        figures = lobe_figures(of_each_class(phantoms, 3), self._infer, self.network.slices, size)
        return {"score": figures["lobeDice"], **figures}

    def _infer(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return infer_slices(self.network, images)


def choose_slice(phantom: Phantom, rng: np.random.Generator) -> int:
    kind = rng.random()
    if kind < OPACITY_SHARE and len(phantom.opacity_slices) > 0:
        return int(rng.choice(phantom.opacity_slices))
    if kind < OPACITY_SHARE + LUNG_SHARE and len(phantom.lung_slices) > 0:
        return int(rng.choice(phantom.lung_slices))
    return int(rng.integers(len(phantom.hu)))


def majority_label(labels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.int64]:
    """Labels [y, x] at another size: for each pixel the label that covers most of it."""
    one_hot = (labels[None] == np.arange(LABELS)[:, None, None]).astype(np.float32)
    return resize_planes(one_hot, size).argmax(0)
