"""Networks as ONNX files."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from support_torch import needs_onnxruntime

from recipe.preset import Optimiser, Preset, Stage

MORE_SLICES = Preset(
    task="lungs-lobes",
    schedule="cosine",
    optimiser=Optimiser("adamw", 0.003),
    network={"widths": (8, 8, 8, 8, 8), "slices": 5},
    stages=(Stage((32, 32), 1, 2),),
)
PRESETS = (
    Preset(
        task="lungs-lobes",
        schedule="cosine",
        optimiser=Optimiser("adamw", 0.003),
        network={"widths": (8, 8, 8, 8, 8)},
        stages=(Stage((32, 32), 1, 2),),
    ),
    Preset(
        task="opacities",
        schedule="cosine",
        optimiser=Optimiser("adamw", 0.003),
        network={"width": 0.125},
        stages=(Stage((32, 32), 1, 2),),
    ),
)


@needs_onnxruntime
class Export(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_gives_what_pytorch_gives_at_any_batch_and_size(self) -> None:
        import onnxruntime
        import torch

        from recipe.export import Probabilities, export
        from recipe.fuse import fused, round_to_float16
        from recipe.tasks import task_of

        for preset in (*PRESETS, MORE_SLICES):
            with self.subTest(preset.task, **preset.network):
                file = self.folder / f"{preset.task}.onnx"
                export(preset, None, None, file, None)
                torch.manual_seed(1)
                network = fused(task_of(preset).network)
                round_to_float16(network)
                channels = task_of(preset).channels
                x = np.random.default_rng(0).random((2, channels, 64, 96), np.float32)
                with torch.no_grad():
                    logits = network(torch.from_numpy(x))
                    expected = Probabilities(torch.nn.Identity(), logits.shape[1])(logits).numpy()
                session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
                np.testing.assert_allclose(session.run(["p"], {"x": x})[0], expected, atol=1e-4)

    def test_stores_large_weights_as_float16_and_gets_them_back(self) -> None:
        import onnx
        from onnx import TensorProto

        from recipe.export import export
        from recipe.float16_weights import restore_float32
        from recipe.fuse import SMALLEST

        file = self.folder / "opacities.onnx"
        export(PRESETS[1], None, None, file, None)
        model = onnx.load(file)
        large = [t for t in model.graph.initializer if np.prod(t.dims) >= SMALLEST]
        self.assertTrue(large)
        self.assertEqual({tensor.data_type for tensor in large}, {TensorProto.FLOAT16})
        restore_float32(model)
        onnx.checker.check_model(model)
        large = [t for t in model.graph.initializer if np.prod(t.dims) >= SMALLEST]
        self.assertEqual({tensor.data_type for tensor in large}, {TensorProto.FLOAT})

    def test_folding_batch_normalisation_changes_nothing(self) -> None:
        import torch

        from recipe.fuse import fused
        from recipe.networks.resnet_unet import ResNetUNet

        torch.manual_seed(0)
        network = ResNetUNet(0.125)
        x = torch.rand(2, 1, 64, 64)
        # In training mode, so that the running means and variances become something.
        network(x)
        network.eval()
        with torch.no_grad():
            torch.testing.assert_close(fused(network)(x), network(x), atol=1e-4, rtol=1e-4)

    def test_refuses_weights_that_float16_cannot_hold(self) -> None:
        import torch

        from recipe.fuse import round_to_float16

        layer = torch.nn.Linear(16, 16)
        torch.nn.init.constant_(layer.weight, 1e6)
        with self.assertRaisesRegex(ValueError, "range of float16"):
            round_to_float16(layer)


if __name__ == "__main__":
    unittest.main()
