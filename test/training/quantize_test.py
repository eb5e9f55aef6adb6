"""Networks as INT8."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from scipy.signal import correlate2d
from support_phantoms import write_phantoms
from support_torch import needs_onnxruntime

from recipe.coarse_weights import coarse_weights, coarse_weights_of_doubled
from recipe.preset import Optimiser, Preset, Stage


def preset(task: str, **network: object) -> Preset:
    return Preset(
        task=task,
        schedule="cosine",
        optimiser=Optimiser("adamw", 0.003),
        network=network,
        stages=(Stage((32, 32), 1, 2),),
    )


def to_depth(planes: np.ndarray, block: int) -> np.ndarray:
    """SpaceToDepth by ONNX's own definition: [c, y, x] to [block * block * c, y / block, x / block]."""
    channels, height, width = planes.shape
    split = planes.reshape(channels, height // block, block, width // block, block)
    return split.transpose(2, 4, 0, 1, 3).reshape(-1, height // block, width // block)


def convolved(planes: np.ndarray, weights: np.ndarray, stride: int = 1) -> np.ndarray:
    """By SciPy, one pair of planes at a time, with a border of one zero."""
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)))
    answers = [sum(correlate2d(p, w, "valid") for p, w in zip(padded, one)) for one in weights]
    return np.stack(answers)[:, ::stride, ::stride]


class CoarseWeights(unittest.TestCase):
    """Whole numbers, so that no order of additions matters."""

    def setUp(self) -> None:
        rng = np.random.default_rng(0)
        self.weights = rng.integers(-9, 10, (2, 3, 3, 3)).astype(np.float32)
        self.planes = rng.integers(-9, 10, (3, 8, 16)).astype(np.float32)

    def test_give_on_cells_what_the_convolution_gives_on_pixels(self) -> None:
        fine = convolved(self.planes, self.weights)
        for cell, block in ((1, 1), (1, 2), (2, 2), (2, 4), (4, 4)):
            with self.subTest(cell=cell, block=block):
                found = convolved(
                    to_depth(self.planes, cell), coarse_weights(self.weights, cell, block), block // cell
                )
                np.testing.assert_array_equal(found, to_depth(fine, block))

    def test_give_before_doubling_what_the_convolution_gives_after_it(self) -> None:
        fine = convolved(self.planes.repeat(2, axis=1).repeat(2, axis=2), self.weights)
        found = convolved(self.planes, coarse_weights_of_doubled(self.weights))
        np.testing.assert_array_equal(found, to_depth(fine, 2))


@needs_onnxruntime
class Int8(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def exported(self, preset: Preset) -> Path:
        from recipe.export import export

        file = self.folder / f"{preset.task}.onnx"
        export(preset, None, None, file, None)
        return file

    def answer(self, model: bytes, x: np.ndarray) -> np.ndarray:
        import onnxruntime

        return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(["p"], {"x": x})[0]

    def test_starts_from_a_rearranged_network_that_answers_the_same_at_any_batch_and_size(self) -> None:
        import onnx

        from recipe.float16_weights import restore_float32
        from recipe.int8_tasks import TASKS

        narrow_levels = {0.125: 3, 0.25: 2}
        presets = [preset("opacities", width=width) for width in narrow_levels]
        for one in (*presets, preset("lungs-lobes", widths=(8, 8, 8, 8, 8), slices=5)):
            with self.subTest(one.task, **one.network):
                model = onnx.load(self.exported(one))
                channels = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
                # Far apart, so that a softmax that takes no care overflows.
                x = 50 * np.random.default_rng(0).random((2, channels, 64, 96), np.float32)
                expected = self.answer(model.SerializeToString(), x)
                restore_float32(model)
                TASKS[one.task].rearrange(model)
                onnx.checker.check_model(model, full_check=True)
                np.testing.assert_allclose(self.answer(model.SerializeToString(), x), expected, atol=1e-5)
                kinds = [node.op_type for node in model.graph.node]
                if one.task == "opacities":
                    self.assertEqual(5 - kinds.count("Resize"), narrow_levels[one.network["width"]])
                else:
                    self.assertNotIn("Softmax", kinds)

    def test_is_the_same_file_each_time_with_bytes_in_all_but_the_first_and_the_last_of_the_lobes(self) -> None:
        import onnx

        from recipe.int8_tasks import TASKS
        from recipe.quantize import quantize

        write_phantoms(self.folder, 3)
        for one, in_float in (
            (preset("opacities", width=0.25), 1),
            (preset("lungs-lobes", widths=(16, 16, 16, 16, 16), slices=5), 2),
        ):
            with self.subTest(one.task):
                file = self.exported(one)
                outs = [self.folder / name for name in ("once.onnx", "again.onnx")]
                for out in outs:
                    facts = quantize(
                        TASKS[one.task], file, self.folder, self.folder, out, (64, 64), slices=6, count=1
                    )
                once, again = (out.read_bytes() for out in outs)
                self.assertEqual(once, again)
                self.assertEqual(facts["phantoms"], 3)
                graph, main = onnx.load(outs[0]).graph, onnx.load(file).graph
                self.assertEqual(list(graph.input), list(main.input))
                self.assertEqual([value.name for value in graph.output], ["p"])
                stored = {tensor.name for tensor in graph.initializer if tensor.data_type == onnx.TensorProto.FLOAT}
                plain = [node for node in graph.node if node.op_type == "Conv" and node.input[1] in stored]
                self.assertEqual(len(plain), in_float)
                x = np.random.default_rng(0).random((2, one.network.get("slices", 1), 64, 64), np.float32)
                difference = self.answer(once, x) - self.answer(file.read_bytes(), x)
                self.assertLess(np.abs(difference).mean(), 0.02)

    def test_refuses_a_graph_of_another_kind(self) -> None:
        import onnx

        from recipe.int8_tasks import TASKS

        for task, other in (("opacities", preset("lungs-lobes")), ("lungs-lobes", preset("opacities", width=0.25))):
            with self.subTest(task), self.assertRaisesRegex(ValueError, "not the graph"):
                TASKS[task].rearrange(onnx.load(self.exported(other)))


if __name__ == "__main__":
    unittest.main()
