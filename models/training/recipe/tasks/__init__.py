"""What differs between the three networks: samples, loss, validation."""

from ..preset import Preset
from .classifier import ClassifierTask
from .lungs_lobes import LungsLobesTask
from .opacities import OpacitiesTask
from .task import Task


def task_of(preset: Preset) -> Task:
    """The task that a preset names, with a freshly initialised network."""
    if preset.task == "lungs-lobes":
        return LungsLobesTask(preset)
    if preset.task == "opacities":
        return OpacitiesTask(preset)
    return ClassifierTask(preset)
