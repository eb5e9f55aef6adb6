"""The numbers of PIPELINE.md 6, as the truth masks have them."""

import gzip
import json
import tempfile
import unittest
from pathlib import Path

from support_libraries import require

require("scipy")

import numpy as np  # noqa: E402
from phantoms.golden import golden_plans, write_golden  # noqa: E402
from phantoms.render import LOBE_BITS, OPACITY  # noqa: E402
from phantoms.severity import band, severity  # noqa: E402

GOLDEN = Path(__file__).parent.parent / "pipeline" / "golden"
#: Voxels of 1 mL.
LARGE = (10.0, 10.0, 10.0)


def one_lobe(voxels: int, opaque: int, spacing_mm: tuple[float, float, float] = LARGE) -> dict:
    """What is found in a right upper lobe of so many voxels."""
    opacities = np.zeros((1, 1, voxels), bool)
    opacities[0, 0, :opaque] = True
    return severity(np.ones((1, 1, voxels), np.uint8), opacities, spacing_mm)


class LobeScore(unittest.TestCase):
    def test_changes_at_5_25_50_and_75_percent(self) -> None:
        """PIPELINE.md 6: 1 below 5 %; 2 from 5 to 25; 3 above 25 to 50; 4 above 50 to 75; 5 above 75."""
        expected = {0: 0, 1: 1, 49: 1, 50: 2, 250: 2, 251: 3, 500: 3, 501: 4, 750: 4, 751: 5, 1000: 5}
        for opaque, score in expected.items():
            self.assertEqual(one_lobe(1000, opaque)["lobes"][0]["score"], score, opaque)

    def test_is_0_below_a_tenth_of_a_millilitre(self) -> None:
        """Voxels of 1 mm3: 99 are 0.099 mL, 100 are 0.1 mL and here 10 %."""
        self.assertEqual(one_lobe(1000, 99, (1.0, 1.0, 1.0))["lobes"][0]["score"], 0)
        self.assertEqual(one_lobe(1000, 100, (1.0, 1.0, 1.0))["lobes"][0]["score"], 2)

    def test_is_0_in_a_lobe_that_is_not_there(self) -> None:
        absent = one_lobe(10, 10)["lobes"][1]
        self.assertEqual(absent, {"lobe": "RML", "lungVoxels": 0, "opacityVoxels": 0, "percent": 0.0, "score": 0})


class Severity(unittest.TestCase):
    def test_counts_each_lobe_by_itself_and_opacity_outside_the_lungs_nowhere(self) -> None:
        """By hand: RUL 1 of 4, LLL 2 of 2; scores 2 and 5."""
        lobes = np.array([[[1, 1, 1, 1, 5, 5, 0, 0]]], np.uint8)
        opacities = np.array([[[8, 0, 0, 0, 8, 8, 8, 0]]], np.uint8)
        found = severity(lobes, opacities, LARGE)
        counts = {one["lobe"]: (one["lungVoxels"], one["opacityVoxels"], one["percent"]) for one in found["lobes"]}
        self.assertEqual(counts["RUL"], (4, 1, 25.0))
        self.assertEqual(counts["LLL"], (2, 2, 100.0))
        self.assertEqual((found["score"], found["band"]), (7, "moderate"))

    def test_has_bands_from_1_6_and_15_on(self) -> None:
        expected = {0: "none", 1: "mild", 5: "mild", 6: "moderate", 14: "moderate", 15: "severe", 25: "severe"}
        self.assertEqual({score: band(score) for score in expected}, expected)


class GoldenCases(unittest.TestCase):
    def test_store_what_is_counted_in_their_masks(self) -> None:
        files = sorted(GOLDEN.glob("*.json"))
        self.assertEqual([int(file.stem) for file in files], [planned.seed for planned in golden_plans()])
        for file in files:
            case = json.loads(file.read_text())
            bits = np.frombuffer(gzip.decompress(file.with_suffix(".bin.gz").read_bytes()), np.uint8)
            bits = bits.reshape(case["shape"])
            found = severity(bits & LOBE_BITS, bits & OPACITY, tuple(case["spacingMm"]))
            self.assertEqual(found, {name: case[name] for name in ("lobes", "score", "band")}, file.name)

    def test_are_what_the_generator_still_draws(self) -> None:
        """A seed stands for a phantom: the shipped networks were trained on what these seeds give."""
        planned = golden_plans()[-1]
        stored = np.frombuffer(gzip.decompress((GOLDEN / f"{planned.seed}.bin.gz").read_bytes()), np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            write_golden(Path(folder), planned)
            redrawn = gzip.decompress((Path(folder) / f"{planned.seed}.bin.gz").read_bytes())
        redrawn = np.frombuffer(redrawn, np.uint8)
        self.assertEqual(redrawn.shape, stored.shape)
        # Another NumPy may round a voxel at a border the other way.
        self.assertLess((redrawn != stored).mean(), 1e-4)


if __name__ == "__main__":
    unittest.main()
