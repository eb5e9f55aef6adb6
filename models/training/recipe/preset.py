"""The settings of a training run, read from presets/*.json."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent / "presets"
TASKS = ("lungs-lobes", "opacities", "classifier")


@dataclass(frozen=True)
class Optimiser:
    name: str
    """`adamw` or `sgd`."""
    learning_rate: float
    weight_decay: float = 1e-4
    momentum: float = 0.9
    """Of `sgd`."""
    clip_norm: float = 5.0


@dataclass(frozen=True)
class Stage:
    """A part of the run with one input size."""

    size: tuple[int, ...]
    """[height, width] of a slice, or [depth, height, width] of a volume."""
    share: float
    """Of the whole budget; the shares of all stages add up to 1."""
    batch: int
    train_from: int = 0
    """The first layer group (from the input) that is trained; those before it are frozen."""
    learning_rates: tuple[float, float] | None = None
    """Of the first and the last layer group, geometric in between; without it the optimiser's for all."""
    reuse: int = 1
    """How often a prepared volume is used before it is prepared anew (classifier only)."""
    crop: int | None = None
    """Height and width of the part of a slice that is trained on, about its opacity or lung (opacities only)."""


@dataclass(frozen=True)
class Preset:
    task: str
    stages: tuple[Stage, ...]
    optimiser: Optimiser
    schedule: str
    """`cosine` over the budget, or `plateau`: a tenth after `patience` epochs without a better score."""
    epochs: int | None = None
    """The budget when neither samples nor minutes are given."""
    patience: int = 50
    network: dict[str, Any] = field(default_factory=dict)
    augmentation: dict[str, Any] = field(default_factory=dict)


def load_preset(name: str) -> Preset:
    """
    A preset by its name in presets/, or by the path of a JSON file.

    Raises ValueError for settings that make no sense together.
    """
    path = Path(name) if name.endswith(".json") else PRESETS / f"{name}.json"
    facts = json.loads(path.read_text())
    stages = tuple(
        Stage(
            **{
                **stage,
                "size": tuple(stage["size"]),
                "learning_rates": tuple(stage["learning_rates"]) if "learning_rates" in stage else None,
            }
        )
        for stage in facts.pop("stages")
    )
    preset = Preset(stages=stages, optimiser=Optimiser(**facts.pop("optimiser")), **facts)
    if preset.task not in TASKS:
        raise ValueError(f"{path.name}: no task {preset.task!r}, only {', '.join(TASKS)}")
    if abs(sum(stage.share for stage in stages) - 1) > 1e-6:
        raise ValueError(f"{path.name}: the shares of the stages do not add up to 1")
    if preset.schedule not in ("cosine", "plateau"):
        raise ValueError(f"{path.name}: the schedule is 'cosine' or 'plateau'")
    return preset
