"""BCET of the recipe."""

import json
import unittest
from pathlib import Path

import numpy as np

from recipe.bcet import StretchTargets, bcet, parabola
from recipe.bcet_vectors import bcet_vectors

VECTORS = Path(__file__).parent.parent / "volume" / "vectors" / "bcet.json"


class Bcet(unittest.TestCase):
    def test_carries_minimum_maximum_and_mean_onto_the_targets(self) -> None:
        """Expected by np.linalg.solve for the p, q, r of p x^2 + q x + r, without Liu's closed form."""
        plane = np.array([0.2, 0.3, 0.4, 0.4, 0.6], np.float32)
        x = plane.astype(np.float64)
        rows = [[v * v, v, 1] for v in (x.min(), x.max())] + [[(x * x).mean(), x.mean(), 1]]
        p, q, r = np.linalg.solve(np.array(rows), np.array([0, 1, 110 / 255]))
        np.testing.assert_allclose(bcet(plane), p * x * x + q * x + r, atol=1e-6)
        found = parabola(x, StretchTargets())
        assert found is not None
        self.assertAlmostEqual(found[1], -q / (2 * p), places=6)

    def test_is_clipped_where_the_parabola_folds(self) -> None:
        """Expected as in test/volume/bcet.test.ts, by np.linalg.solve and np.clip."""
        plane = np.array([0, 0.05, 0.1, 0.1, 0.7, 1], np.float32)
        expected = [0, 0.1192941, 0.2312941, 0.2312941, 1, 1]
        np.testing.assert_allclose(bcet(plane), expected, atol=1e-6)

    def test_makes_a_constant_plane_dark(self) -> None:
        np.testing.assert_array_equal(bcet(np.full((2, 2), 0.7, np.float32)), np.zeros((2, 2)))

    def test_still_gives_the_vectors_that_typescript_is_tested_with(self) -> None:
        stored = json.loads(VECTORS.read_text())["vectors"]
        calculated = bcet_vectors()
        self.assertEqual([vector["of"] for vector in stored], [vector["of"] for vector in calculated])
        for was, now in zip(stored, calculated):
            self.assertEqual(was["stretch"], now["stretch"])
            np.testing.assert_allclose(was["output"], now["output"], atol=1e-6)


if __name__ == "__main__":
    unittest.main()
