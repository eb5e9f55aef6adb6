"""The one training loop. It can be stopped at any step and resumed."""

import json
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
from torch import nn

from .checkpoint import FILE, Progress, load_checkpoint, save_checkpoint
from .fit_weights import fit_weights
from .phantom_folder import PhantomFolder
from .preset import Preset, Stage
from .schedule import Budget, Plateau, cosine, group_rates, stage_at
from .tasks import task_of

FEWEST_PHANTOMS = 3
LIST_EVERY_STEPS = 50
LOG_EVERY_S = 60.0
SAVE_EVERY_S = 180.0
VALIDATE_EVERY_S = 600.0
CALIBRATION_BATCHES = 8


@dataclass(frozen=True)
class RunOptions:
    data: Path
    out: Path
    validation: Path | None = None
    samples: int | None = None
    minutes: float | None = None
    """Of wall clock, resumptions added up."""
    stop_at: float | None = None
    """Unix time: the schedule ends then, whatever the run has used before."""
    seed: int = 1
    resume: bool = False
    start_from: Path | None = None
    """A folder with the checkpoint, or an exported .onnx file, whose weights a new run starts from."""


class Trainer:
    """A run: made, then `run()` once."""

    def __init__(self, preset: Preset, options: RunOptions) -> None:
        self.preset, self.options = preset, options
        options.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(options.seed)
        self.rng = np.random.default_rng(options.seed)
        self.task = task_of(preset)
        self.network = self.task.network
        if preset.task != "classifier":
            # A fifth faster on CPUs.
            self.network.to(memory_format=torch.channels_last)
        self.optimiser = _optimiser(preset, self.network)
        self.data = PhantomFolder(options.data)
        self.progress = Progress()
        self.plateau = Plateau(preset.patience)
        if options.resume and (options.out / FILE).exists():
            self._restore()
        else:
            self._wait_for_phantoms()
            if options.start_from is not None:
                self._start_from(options.start_from)
        self.budget = self._budget()
        self._stopping = False
        self._losses: list[float] = []

    def run(self) -> None:
        """Trains until the budget is used or the process is told to stop; then writes a checkpoint."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self.network.train()
        mark = time.monotonic()
        logged = saved = mark
        # A run that was stopped before validates soon after it goes on.
        validated = mark
        wall, cpu = self.progress.wall_seconds, self.progress.cpu_seconds
        cpu_mark = time.process_time()
        while self.fraction() < 1 and not self._stopping:
            self._step()
            now = time.monotonic()
            self.progress.wall_seconds = wall + now - mark
            self.progress.cpu_seconds = cpu + time.process_time() - cpu_mark
            if self.preset.schedule == "plateau":
                self._end_epochs()
            elif now - validated >= VALIDATE_EVERY_S:
                self.validate()
                validated = now
            if now - logged >= LOG_EVERY_S:
                self._log_progress()
                logged = now
            if now - saved >= SAVE_EVERY_S:
                self._save()
                saved = now
        self._save()
        self._log_progress()
        if not self._stopping:
            self.validate()
        self._log({"event": "stopped" if self._stopping else "finished", "step": self.progress.step})

    def fraction(self) -> float:
        """Of the budget that is used."""
        return self.budget.fraction(self.progress.samples, self.progress.wall_seconds)

    def validate(self) -> float:
        """Logs the figures on the validation folder and gives the score; NaN without such a folder."""
        if self.options.validation is None:
            return float("nan")
        held_out = PhantomFolder(self.options.validation)
        held_out.refresh()
        if not held_out.phantoms:
            return float("nan")
        figures = self.task.validate(held_out.phantoms, self._stage()[1])
        rounded = {name: round(value, 4) for name, value in figures.items()}
        self._log({"event": "validation", "step": self.progress.step, **rounded})
        return figures["score"]

    def _step(self) -> None:
        if self.progress.step % LIST_EVERY_STEPS == 0:
            self.data.refresh()
            self.progress.names = self.data.names()
        _, stage = self._stage()
        self._set_rates(stage)
        batch = self.task.batch(self.data.phantoms, stage, self.rng)
        images = batch[0]
        if images.dim() == 4:
            images = images.contiguous(memory_format=torch.channels_last)
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.task.loss(self.network(images), batch)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.preset.optimiser.clip_norm)
        self.optimiser.step()
        self.progress.step += 1
        self.progress.samples += len(images)
        self._losses.append(loss.item())

    def _stage(self) -> tuple[int, Stage]:
        return stage_at(self.preset, min(self.fraction(), 1 - 1e-9))

    def _set_rates(self, stage: Stage) -> None:
        if self.preset.schedule == "cosine":
            factor = cosine(self.fraction(), self.progress.step)
        else:
            factor = self.plateau.factor
        groups = self.optimiser.param_groups
        for number, (group, rate) in enumerate(zip(groups, group_rates(self.preset, stage, len(groups)))):
            group["lr"] = rate * factor
            for parameter in group["params"]:
                parameter.requires_grad_(number >= stage.train_from)

    def _end_epochs(self) -> None:
        """Validates once an epoch, as the plateau schedule wants it."""
        epoch = self.progress.samples // max(1, self.task.epoch_length(self.data.phantoms))
        if epoch > self.progress.epoch:
            self.progress.epoch = epoch
            score = self.validate()
            if not np.isnan(score):
                self.plateau.report(score)

    def _budget(self) -> Budget:
        options = self.options
        if options.stop_at is not None:
            return Budget(seconds=self.progress.wall_seconds + max(1.0, options.stop_at - time.time()))
        if options.minutes is not None:
            return Budget(seconds=options.minutes * 60)
        if options.samples is not None:
            return Budget(samples=options.samples)
        if self.preset.epochs is not None:
            return Budget(samples=self.preset.epochs * self.task.epoch_length(self.data.phantoms))
        raise ValueError("give --samples, --minutes or --stop-at: the preset has no epochs")

    def _wait_for_phantoms(self) -> None:
        """The generator may have started a moment ago."""
        self.data.refresh()
        while len(self.data.phantoms) < FEWEST_PHANTOMS:
            time.sleep(2)
            self.data.refresh()

    def _start_from(self, place: Path) -> None:
        if place.suffix != ".onnx":
            self.network.load_state_dict(fit_weights(self.network, load_checkpoint(place)["network"]))
            return
        from .start_from_file import start_from_file

        stage = self.preset.stages[0]
        batches = (self.task.batch(self.data.phantoms, stage, self.rng)[0] for _ in range(CALIBRATION_BATCHES))
        start_from_file(self.network, place, batches)

    def _restore(self) -> None:
        state = load_checkpoint(self.options.out)
        if state["preset"] != asdict(self.preset):
            raise ValueError("the checkpoint was made with another preset")
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torchRng"])
        self.progress = Progress(**state["progress"])
        self.plateau = Plateau(**state["plateau"])
        self.task.restore(state["task"])
        self.data.restore(self.progress.names)

    def _save(self) -> None:
        save_checkpoint(
            self.options.out,
            asdict(self.preset),
            self.network,
            self.optimiser,
            self.rng,
            self.progress,
            self.plateau,
            self.task.state(),
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True

    def _log_progress(self) -> None:
        progress = self.progress
        number, stage = self._stage()
        self._log(
            {
                "event": "progress",
                "step": progress.step,
                "samples": progress.samples,
                "fraction": round(self.fraction(), 4),
                "stage": number,
                "size": list(stage.size),
                "phantoms": len(self.data.phantoms),
                "loss": round(float(np.mean(self._losses)), 5) if self._losses else None,
                "cpuSecondsPerSample": round(progress.cpu_seconds / max(1, progress.samples), 4),
                "wallMinutes": round(progress.wall_seconds / 60, 2),
            }
        )
        self._losses.clear()

    def _log(self, record: dict[str, Any]) -> None:
        line = json.dumps({"task": self.preset.task, **record})
        print(line, flush=True)
        with (self.options.out / "log.jsonl").open("a") as file:
            file.write(f"{line}\n")


def _optimiser(preset: Preset, network: nn.Module) -> torch.optim.Optimizer:
    """One parameter group a layer group, from the input to the output."""
    settings = preset.optimiser
    groups = [{"params": list(group.parameters())} for group in network.layer_groups()]
    if settings.name == "adamw":
        return torch.optim.AdamW(groups, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    if settings.name == "sgd":
        return torch.optim.SGD(
            groups,
            lr=settings.learning_rate,
            momentum=settings.momentum,
            weight_decay=settings.weight_decay,
        )
    raise ValueError(f"no optimiser {settings.name!r}, only adamw and sgd")
