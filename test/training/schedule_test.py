"""Stages, learning rates and budgets."""

import unittest

from recipe.preset import PRESETS, Optimiser, Preset, Stage, load_preset
from recipe.schedule import Budget, Plateau, cosine, group_rates, stage_at

PRESET = Preset(
    task="opacities",
    schedule="cosine",
    optimiser=Optimiser("sgd", 0.1),
    stages=(
        Stage((128, 128), 0.25, 64, train_from=2, learning_rates=(1e-4, 1e-2)),
        Stage((320, 320), 0.75, 32),
    ),
)


class Schedule(unittest.TestCase):
    def test_takes_the_stages_by_their_shares_of_the_budget(self) -> None:
        self.assertEqual([stage_at(PRESET, at)[0] for at in (0, 0.2, 0.25, 0.9, 1)], [0, 0, 1, 1, 1])

    def test_freezes_the_first_groups_and_spreads_rates_geometrically(self) -> None:
        """By hand: the middle of 1e-4 and 1e-2 is 1e-3, and frozen."""
        self.assertEqual(group_rates(PRESET, PRESET.stages[0], 3)[:2], [0, 0])
        self.assertAlmostEqual(group_rates(PRESET, PRESET.stages[0], 3)[2], 1e-2)
        self.assertEqual(group_rates(PRESET, PRESET.stages[1], 3), [0.1, 0.1, 0.1])

    def test_falls_along_a_cosine_to_a_fiftieth(self) -> None:
        """By hand: 1, 0.02 + 0.98 / 2, 0.02; a thirtieth at the first step."""
        self.assertAlmostEqual(cosine(0, 100), 1)
        self.assertAlmostEqual(cosine(0.5, 100), 0.51)
        self.assertAlmostEqual(cosine(1, 100), 0.02)
        self.assertAlmostEqual(cosine(0, 0), 1 / 30)

    def test_divides_by_ten_after_patience_epochs_without_a_better_score(self) -> None:
        plateau = Plateau(patience=2)
        factors = []
        for score in (0.5, 0.6, 0.6, 0.6, 0.7, 0.6, 0.6):
            plateau.report(score)
            factors.append(plateau.factor)
        for found, expected in zip(factors, (1, 1, 1, 0.1, 0.1, 0.1, 0.01)):
            self.assertAlmostEqual(found, expected)

    def test_measures_the_budget_in_samples_or_in_seconds(self) -> None:
        self.assertEqual(Budget(samples=100).fraction(25, 9999), 0.25)
        self.assertEqual(Budget(seconds=60).fraction(9999, 15), 0.25)
        self.assertEqual(Budget(seconds=60).fraction(0, 90), 1)


class Presets(unittest.TestCase):
    def test_that_are_shipped_can_all_be_read(self) -> None:
        names = sorted(path.stem for path in PRESETS.glob("*.json"))
        self.assertIn("paper-opacities", names)
        for name in names:
            self.assertTrue(load_preset(name).stages)

    def test_of_the_paper_follow_the_paper(self) -> None:
        """PIPELINE.md 9."""
        classifier = load_preset("paper-classifier")
        self.assertEqual((classifier.epochs, classifier.patience), (200, 50))
        self.assertEqual(classifier.optimiser.learning_rate, 1e-4)
        self.assertEqual([stage.batch for stage in classifier.stages], [10])
        opacities = load_preset("paper-opacities")
        self.assertEqual(opacities.epochs, 50)
        sizes = [stage.size[0] for stage in opacities.stages]
        self.assertEqual(sorted(set(sizes)), [128, 256, 320])
        self.assertEqual(sizes, sorted(sizes))
        for stage in opacities.stages:
            self.assertEqual(stage.batch, 32 if stage.size[0] == 320 else 64)
            assert stage.learning_rates is not None
            self.assertTrue(1e-7 <= stage.learning_rates[0] < stage.learning_rates[1] <= 1e-2)


if __name__ == "__main__":
    unittest.main()
