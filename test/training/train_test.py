"""The training loop."""

import contextlib
import dataclasses
import io
import os
import signal
import tempfile
import unittest
from pathlib import Path

from support_phantoms import write_phantoms
from support_torch import needs_torch

from recipe.preset import Optimiser, Preset, Stage

SMALL_LOBES = {"widths": (8, 8, 8, 8, 8)}
ADAMW = Optimiser("adamw", 0.003)
PRESETS = (
    Preset(
        task="lungs-lobes",
        schedule="cosine",
        optimiser=ADAMW,
        network=SMALL_LOBES,
        stages=(Stage((32, 32), 0.5, 2), Stage((64, 64), 0.5, 2)),
    ),
    Preset(
        task="opacities",
        schedule="cosine",
        optimiser=Optimiser("sgd", 0.01),
        network={"width": 0.125},
        stages=(Stage((32, 32), 1, 2),),
    ),
    Preset(
        task="classifier",
        schedule="cosine",
        optimiser=ADAMW,
        stages=(Stage((16, 32, 32), 1, 2, reuse=2),),
    ),
)


@needs_torch
class Training(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"
        self.data.mkdir()
        write_phantoms(self.data, 6)
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        self.addCleanup(lambda: [signal.signal(number, handler) for number, handler in handlers.items()])
        silence = contextlib.redirect_stdout(io.StringIO())
        silence.__enter__()
        self.addCleanup(silence.__exit__, None, None, None)

    def trainer(self, preset: Preset, out: str, samples: int = 16, **others):
        from recipe.train import RunOptions, Trainer

        options = RunOptions(data=self.data, out=self.folder / out, samples=samples, **others)
        return Trainer(preset, options)

    def weights(self, out: str):
        from recipe.checkpoint import load_checkpoint

        return load_checkpoint(self.folder / out)["network"]

    def test_gives_the_same_weights_whether_it_was_stopped_or_not(self) -> None:
        import torch

        for preset in PRESETS:
            with self.subTest(preset.task):
                self.trainer(preset, f"{preset.task}-whole").run()
                stopped = self.trainer(preset, f"{preset.task}-parts")
                _terminate_at(stopped, step=3)
                stopped.run()
                self.assertEqual(stopped.progress.step, 4)
                resumed = self.trainer(preset, f"{preset.task}-parts", resume=True)
                resumed.run()
                self.assertEqual(resumed.progress.step, 8)
                whole, parts = self.weights(f"{preset.task}-whole"), self.weights(f"{preset.task}-parts")
                for name, weight in whole.items():
                    self.assertTrue(torch.equal(weight, parts[name]), name)

    def test_learns(self) -> None:
        """From the same six phantoms, so this shows only that loss, labels and optimiser belong together."""
        for preset in PRESETS[:2]:
            with self.subTest(preset.task):
                preset = dataclasses.replace(preset, optimiser=ADAMW, stages=(Stage((64, 64), 1, 6),))
                trainer = self.trainer(preset, f"{preset.task}-learns", samples=600)
                losses = trainer._losses
                trainer.network.train()
                while trainer.fraction() < 1:
                    trainer._step()
                self.assertLess(sum(losses[-5:]) / 5, 0.7 * sum(losses[:5]) / 5)

    def test_leaves_frozen_layers_alone(self) -> None:
        import torch

        frozen = dataclasses.replace(PRESETS[1], stages=(Stage((32, 32), 1, 2, train_from=2),))
        trainer = self.trainer(frozen, "frozen")
        encoder = [p.clone() for p in trainer.network.stem.parameters()]
        decoder = [p.clone() for p in trainer.network.decoder.parameters()]
        trainer.run()
        self.assertTrue(all(map(torch.equal, encoder, trainer.network.stem.parameters())))
        self.assertFalse(any(map(torch.equal, decoder, trainer.network.decoder.parameters())))

    def test_starts_from_a_run_with_fewer_slices(self) -> None:
        import torch

        first = self.trainer(PRESETS[0], "few", samples=2)
        first.run()
        more = dataclasses.replace(PRESETS[0], network={**SMALL_LOBES, "slices": 5})
        second = self.trainer(more, "many", start_from=self.folder / "few")
        middle = second.network.state_dict()["stem.0.weight"][:, 1:4]
        self.assertTrue(torch.equal(middle, first.network.state_dict()["stem.0.weight"]))

    def test_refuses_to_go_on_with_another_preset(self) -> None:
        self.trainer(PRESETS[0], "other", samples=2).run()
        with self.assertRaisesRegex(ValueError, "another preset"):
            self.trainer(dataclasses.replace(PRESETS[0], optimiser=Optimiser("adamw", 1)), "other", resume=True)

    def test_takes_in_phantoms_that_come_while_it_runs(self) -> None:
        trainer = self.trainer(PRESETS[0], "grows", samples=104)
        write_phantoms(self.data, 8)
        trainer.run()
        self.assertEqual(len(trainer.progress.names), 8)


def _terminate_at(trainer, step: int) -> None:
    """The process is told to stop while it prepares the batch of this step."""
    make_batch = trainer.task.batch

    def batch(*arguments):
        if trainer.progress.step == step:
            os.kill(os.getpid(), signal.SIGTERM)
        return make_batch(*arguments)

    trainer.task.batch = batch


if __name__ == "__main__":
    unittest.main()
