"""The state of a run in one file, written so that a crash leaves the old one or the new one."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer

from .schedule import Plateau

FILE = "checkpoint.pt"


@dataclass
class Progress:
    """Where a run is."""

    step: int = 0
    samples: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    epoch: int = 0
    names: list[str] = field(default_factory=list)
    """The phantoms that were there when the folder was last listed."""


def save_checkpoint(
    folder: Path,
    preset: dict[str, Any],
    network: nn.Module,
    optimiser: Optimizer,
    rng: np.random.Generator,
    progress: Progress,
    plateau: Plateau,
    task_state: dict[str, Any],
) -> None:
    """Writes `folder`/checkpoint.pt by way of a second file and a rename."""
    state = {
        "preset": preset,
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "rng": rng.bit_generator.state,
        "torchRng": torch.get_rng_state(),
        "progress": vars(progress),
        "plateau": vars(plateau),
        "task": task_state,
    }
    partial = folder / f"{FILE}.partial"
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / FILE)


def load_checkpoint(folder: Path) -> dict[str, Any]:
    """What `save_checkpoint` wrote. The file is a pickle: load only your own."""
    return torch.load(folder / FILE, map_location="cpu")
