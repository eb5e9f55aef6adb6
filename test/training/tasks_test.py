"""What each network is shown."""

import types
import unittest

import numpy as np

from recipe.lobe_figures import context


class LobeContext(unittest.TestCase):
    def test_is_the_slices_10_mm_apart_that_the_pipeline_takes(self) -> None:
        """By hand; Math.round(10 / 0.8) is 13."""
        def phantom(spacing_mm: float):
            return types.SimpleNamespace(spacing_mm=(spacing_mm, 1.0, 1.0), hu=np.zeros((40, 1, 1)))

        self.assertEqual(context(phantom(2.5), 5, 5), [0, 1, 5, 9, 13])
        self.assertEqual(context(phantom(0.8), 20, 3), [7, 20, 33])
        self.assertEqual(context(phantom(2.5), 38, 5), [30, 34, 38, 39, 39])


if __name__ == "__main__":
    unittest.main()
