"""What the training loop needs to know of a task."""

from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from ..phantom_folder import Phantom
from ..preset import Stage


class Task(Protocol):
    network: nn.Module
    channels: int
    """Of the network's input."""

    def batch(self, phantoms: list[Phantom], stage: Stage, rng: np.random.Generator) -> tuple[Tensor, ...]:
        """Inputs first, then whatever `loss` wants. All randomness comes from `rng` and `state`."""
        ...

    def loss(self, output: Tensor, batch: tuple[Tensor, ...]) -> Tensor: ...

    def validate(self, phantoms: list[Phantom], stage: Stage) -> dict[str, float]:
        """Figures of the network in evaluation mode; `score` is the one that should grow."""
        ...

    def epoch_length(self, phantoms: list[Phantom]) -> int:
        """Samples in one pass over these phantoms."""
        ...

    def state(self) -> dict[str, Any]:
        """What a checkpoint must hold beside network, optimiser and random states."""
        ...

    def restore(self, state: dict[str, Any]) -> None: ...


class StatelessSlices:
    """What tasks on single slices share: a pass is every slice, and a checkpoint needs nothing of them."""

    def epoch_length(self, phantoms: list[Phantom]) -> int:
        return sum(len(phantom.hu) for phantom in phantoms)

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        del state
