"""A new run that starts from an exported network."""

import copy
import tempfile
import unittest
from pathlib import Path

from export_test import MORE_SLICES, PRESETS
from support_torch import needs_onnxruntime


@needs_onnxruntime
class StartFromFile(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_answers_as_the_file_does_and_normalises_as_before(self) -> None:
        import torch

        from recipe.export import export
        from recipe.start_from_file import start_from_file
        from recipe.tasks import task_of

        for preset in PRESETS:
            with self.subTest(preset.task):
                file = self.folder / f"{preset.task}.onnx"
                export(preset, None, None, file, None)
                torch.manual_seed(1)
                original = task_of(preset).network.eval()
                torch.manual_seed(2)
                task = task_of(preset)
                batches = [torch.rand(4, task.channels, 64, 64) for _ in range(3)]
                other = task.network
                start_from_file(other, file, batches)
                with torch.no_grad():
                    expected, found = original(batches[0]), copy.deepcopy(other).eval()(batches[0])
                    # Rounding to float16 and taking apart what was folded cost a little.
                    torch.testing.assert_close(found, expected, atol=5e-3, rtol=5e-3)
                    # In training each batch is normalised by itself: close, where the batch is like all others.
                    trained = other.train()(torch.cat(batches))
                    torch.testing.assert_close(trained, original(torch.cat(batches)), atol=0.15, rtol=0.15)

    def test_of_fewer_slices_answers_as_the_file_does(self) -> None:
        import torch

        from recipe.export import export
        from recipe.start_from_file import start_from_file
        from recipe.tasks import task_of

        file = self.folder / "lungs-lobes.onnx"
        export(PRESETS[0], None, None, file, None)
        torch.manual_seed(1)
        few = task_of(PRESETS[0]).network.eval()
        many = task_of(MORE_SLICES).network
        batch = torch.rand(4, 5, 64, 64)
        start_from_file(many, file, [batch])
        with torch.no_grad():
            found = copy.deepcopy(many).eval()(batch)
            torch.testing.assert_close(found, few(batch[:, 1:4]), atol=5e-3, rtol=5e-3)

    def test_refuses_the_file_of_another_network(self) -> None:
        from recipe.export import export
        from recipe.start_from_file import start_from_file
        from recipe.tasks import task_of

        file = self.folder / "opacities.onnx"
        export(PRESETS[1], None, None, file, None)
        with self.assertRaisesRegex(ValueError, "another network"):
            start_from_file(task_of(PRESETS[0]).network, file, [])
