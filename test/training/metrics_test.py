"""The figures of validation."""

import math
import unittest

import numpy as np

from recipe.metrics import area_under_roc, dice, mean


class Metrics(unittest.TestCase):
    def test_dice_counts_the_overlap_twice(self) -> None:
        """By hand: 2 common of 3 and 4."""
        a = np.array([1, 1, 1, 0, 0], bool)
        b = np.array([1, 1, 0, 1, 1], bool)
        self.assertAlmostEqual(dice(a, b), 4 / 7)

    def test_dice_of_nothing_and_nothing_is_no_number(self) -> None:
        nothing = np.zeros(3, bool)
        self.assertTrue(math.isnan(dice(nothing, nothing)))

    def test_area_under_roc_is_that_of_scikit_learn(self) -> None:
        """sklearn.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) is 0.75; with a tie 0.625."""
        positive = np.array([0, 0, 1, 1], bool)
        self.assertAlmostEqual(area_under_roc(np.array([0.1, 0.4, 0.35, 0.8]), positive), 0.75)
        self.assertAlmostEqual(area_under_roc(np.array([0.1, 0.8, 0.35, 0.8]), positive), 0.625)

    def test_mean_leaves_out_what_is_no_number(self) -> None:
        self.assertEqual(mean([1.0, math.nan, 2.0]), 1.5)
        self.assertTrue(math.isnan(mean([math.nan])))


if __name__ == "__main__":
    unittest.main()
