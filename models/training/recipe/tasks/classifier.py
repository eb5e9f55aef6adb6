"""The class of a whole volume."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..augment import VolumeAugmentation, warp_volume
from ..lung_mask import imitate_pipeline_mask
from ..metrics import area_under_roc, mean
from ..networks.classifier import Classifier
from ..phantom_folder import CLASSES, LOBE_BITS, Phantom, of_each_class
from ..preset import Preset, Stage
from ..resize import resize_volume
from ..window import window_hu

VALIDATION_OF_EACH_CLASS = 10

Size3 = tuple[int, int, int]


class ClassifierTask:
    """
    A volume is prepared (mask, window, resize) with a mask that differs from the true one a little, kept as
    float16, used `reuse` times and then prepared anew. The mask's randomness comes from the phantom's seed
    and the number of the preparation, so that a resumed run prepares the same volumes.
    """

    def __init__(self, preset: Preset) -> None:
        self.network = Classifier(**preset.network)
        self.channels = 1
        self.augmentation = VolumeAugmentation(**preset.augmentation)
        self._uses: dict[str, int] = {}
        self._prepared: dict[tuple[str, Size3], tuple[int, NDArray[np.float16]]] = {}
        self._validation: dict[tuple[str, Size3], NDArray[np.float16]] = {}

    def batch(self, phantoms: list[Phantom], stage: Stage, rng: np.random.Generator) -> tuple[Tensor, ...]:
        # A scan without lungs would teach that an empty volume is without signs.
        chests = [phantom for phantom in phantoms if len(phantom.lung_slices) > 0]
        by_class = [[p for p in chests if p.label == label] for label in range(len(CLASSES))]
        present = [members for members in by_class if members]
        images: list[Tensor] = []
        labels: list[int] = []
        for _ in range(stage.batch):
            members = present[rng.integers(len(present))]
            phantom = members[rng.integers(len(members))]
            volume = self._volume(phantom, stage).astype(np.float32)
            gain, offset = rng.uniform(*self.augmentation.gain), rng.uniform(-1, 1)
            volume = jitter_windowed(volume, gain, offset * self.augmentation.offset_hu)
            images.append(warp_volume(torch.from_numpy(volume)[None], self.augmentation, rng))
            labels.append(phantom.label)
        return torch.stack(images), torch.tensor(labels)

    def _volume(self, phantom: Phantom, stage: Stage) -> NDArray[np.float16]:
        size = (stage.size[0], stage.size[1], stage.size[2])
        use = self._uses.get(phantom.name, 0)
        self._uses[phantom.name] = use + 1
        preparation = use // stage.reuse
        key = (phantom.name, size)
        kept = self._prepared.get(key)
        if kept is not None and kept[0] == preparation:
            return kept[1]
        rng = np.random.default_rng([phantom.seed, preparation])
        volume = classifier_input(phantom, size, rng)
        if stage.reuse > 1:
            self._prepared[key] = (preparation, volume)
        return volume

    def loss(self, output: Tensor, batch: tuple[Tensor, ...]) -> Tensor:
        return functional.cross_entropy(output, batch[1])

    def validate(self, phantoms: list[Phantom], stage: Stage) -> dict[str, float]:
        size = (stage.size[0], stage.size[1], stage.size[2])
        chests = [phantom for phantom in phantoms if len(phantom.lung_slices) > 0]
        subset = of_each_class(chests, VALIDATION_OF_EACH_CLASS)
        true = np.array([phantom.label for phantom in subset])
        was_training = self.network.training
        self.network.eval()
        rows: list[NDArray[np.float32]] = []
        with torch.no_grad():
            for phantom in subset:
                key = (phantom.name, size)
                if key not in self._validation:
                    self._validation[key] = classifier_input(phantom, size, None)
                volume = torch.from_numpy(self._validation[key].astype(np.float32))[None, None]
                rows.append(self.network(volume).softmax(1)[0].numpy())
        self.network.train(was_training)
        scores = np.stack(rows)
        areas = [area_under_roc(scores[:, label], true == label) for label in range(len(CLASSES))]
        accuracy = float((scores.argmax(1) == true).mean())
        return {
            "score": accuracy,
            "accuracy": accuracy,
            "auc": mean(areas),
            **{f"auc-{name}": area for name, area in zip(CLASSES, areas)},
        }

    def epoch_length(self, phantoms: list[Phantom]) -> int:
        return len(phantoms)

    def state(self) -> dict[str, Any]:
        return {"uses": self._uses}

    def restore(self, state: dict[str, Any]) -> None:
        self._uses = dict(state["uses"])


def classifier_input(phantom: Phantom, size: Size3, rng: np.random.Generator | None) -> NDArray[np.float16]:
    """
    The volume as the pipeline makes it: window, mask, resize (PIPELINE.md 4). With `rng` the mask is the true
    one made a little wrong; without, the true one.
    """
    bits = np.array(phantom.labels)
    hu = np.array(phantom.hu)
    mask = (bits & LOBE_BITS) > 0 if rng is None else imitate_pipeline_mask(hu, bits, phantom.spacing_mm, rng)
    return resize_volume(np.where(mask, window_hu(hu), np.float32(0)), size).astype(np.float16)


def jitter_windowed(volume: NDArray[np.float32], gain: float, offset_hu: float) -> NDArray[np.float32]:
    """HU x gain + offset on values that are windowed already; 0, outside the lungs, stays 0."""
    shift = ((gain - 1) * -1250 + offset_hu) / 1500
    return np.where(volume > 0, np.clip(volume * np.float32(gain) + np.float32(shift), 0, 1), np.float32(0))
