"""How far a run is, and the learning rate that goes with it."""

import math
from dataclasses import dataclass

from .preset import Preset, Stage

WARM_UP_STEPS = 30
FLOOR = 0.02
"""Of the learning rate, where the cosine ends."""


@dataclass(frozen=True)
class Budget:
    """What a run may use: samples, or seconds of wall clock summed over its resumptions."""

    samples: int | None = None
    seconds: float | None = None

    def fraction(self, samples: int, seconds: float) -> float:
        """Of the budget that is used, 0 to 1."""
        if self.seconds is not None:
            return min(1.0, seconds / self.seconds)
        if self.samples is not None:
            return min(1.0, samples / self.samples)
        raise ValueError("a budget has samples or seconds")


@dataclass
class Plateau:
    """Divides the learning rate by ten after `patience` epochs without a better score."""

    patience: int
    best: float = -math.inf
    epochs_since: int = 0
    factor: float = 1.0

    def report(self, score: float) -> None:
        if score > self.best:
            self.best, self.epochs_since = score, 0
            return
        self.epochs_since += 1
        if self.epochs_since >= self.patience:
            self.factor, self.epochs_since = self.factor / 10, 0


def stage_at(preset: Preset, fraction: float) -> tuple[int, Stage]:
    """The stage, and its number, at a fraction of the budget."""
    end = 0.0
    for number, stage in enumerate(preset.stages):
        end += stage.share
        if fraction < end:
            return number, stage
    return len(preset.stages) - 1, preset.stages[-1]


def group_rates(preset: Preset, stage: Stage, groups: int) -> list[float]:
    """The learning rate of each layer group before the schedule changes it; 0 where it is frozen."""
    if stage.learning_rates is None:
        rates = [preset.optimiser.learning_rate] * groups
    else:
        low, high = stage.learning_rates
        rates = [low * (high / low) ** (group / max(1, groups - 1)) for group in range(groups)]
    return [rate if group >= stage.train_from else 0.0 for group, rate in enumerate(rates)]


def cosine(fraction: float, step: int) -> float:
    """The factor at a fraction of the budget: up within the first steps, then down along a half cosine."""
    warm_up = min(1.0, (step + 1) / WARM_UP_STEPS)
    return warm_up * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * fraction)))
