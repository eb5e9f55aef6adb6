"""Augmentations."""

import unittest

import numpy as np
from support_torch import needs_torch


@needs_torch
class Slices(unittest.TestCase):
    def test_keep_image_and_mask_together_and_never_swap_right_and_left(self) -> None:
        from recipe.augment import SliceAugmentation, warp_slices

        rng = np.random.default_rng(0)
        mask = np.zeros((1, 64, 64), np.float32)
        mask[0, 24:40, 8:24] = 1
        for _ in range(20):
            image, moved = warp_slices(mask, mask, SliceAugmentation(probability=1), rng)
            self.assertGreater(2 * (np.minimum(image, moved)).sum() / (image.sum() + moved.sum()), 0.95)
            columns = np.arange(64) * moved[0].sum(0)
            self.assertLess(columns.sum() / moved.sum(), 32)

    def test_are_left_alone_with_probability_0(self) -> None:
        from recipe.augment import SliceAugmentation, warp_slices

        image = np.random.default_rng(0).random((3, 8, 8), np.float32)
        same, _ = warp_slices(image, image, SliceAugmentation(probability=0), np.random.default_rng(0))
        np.testing.assert_array_equal(same, image)


@needs_torch
class Volumes(unittest.TestCase):
    def setUp(self) -> None:
        import torch

        self.volume = torch.zeros(1, 16, 32, 32)
        self.volume[0, 4:12, 8:24, 4:12] = 0.5

    def still(self, **changed: object):
        from recipe.augment import VolumeAugmentation

        settings = {
            "rotation_degrees": 0,
            "scaling": (1, 1),
            "noise_variance": 0,
            "elastic_probability": 0,
            "mirror_axes": (),
        }
        return VolumeAugmentation(**{**settings, **changed})

    def test_do_not_move_when_every_range_is_empty(self) -> None:
        import torch

        from recipe.augment import warp_volume

        same = warp_volume(self.volume, self.still(), np.random.default_rng(0))
        torch.testing.assert_close(same, self.volume)

    def test_are_mirrored_about_the_axis_that_is_named(self) -> None:
        import torch

        from recipe.augment import warp_volume

        seen = set()
        for seed in range(10):
            found = warp_volume(self.volume, self.still(mirror_axes=("x",)), np.random.default_rng(seed))
            flipped = bool(torch.allclose(found, self.volume.flip(3), atol=1e-5))
            self.assertTrue(flipped or torch.allclose(found, self.volume, atol=1e-5))
            seen.add(flipped)
        self.assertEqual(seen, {True, False})

    def test_get_noise_of_at_most_the_variance_and_only_inside_the_lungs(self) -> None:
        from recipe.augment import warp_volume

        for seed in range(5):
            found = warp_volume(self.volume, self.still(noise_variance=0.015), np.random.default_rng(seed))
            self.assertLess(float(found[self.volume == 0].abs().max()), 1e-5)
            self.assertLess(float(found[self.volume > 0].var()), 0.016)

    def test_are_deformed_by_about_what_smoothed_noise_gives(self) -> None:
        """scipy.ndimage.gaussian_filter of uniform noise in [-1, 1], sigma 10, times 100: 0.25 voxels."""
        from recipe.augment import VolumeAugmentation, _elastic

        settings = VolumeAugmentation(elastic_alpha=100, elastic_sigma=(10, 10))
        shape = self.volume.repeat(1, 4, 2, 2).shape[1:]
        fields = []
        for seed in range(40):
            rng = np.random.default_rng(seed)
            alpha = np.random.default_rng(seed).uniform(0, 100)
            voxels = _elastic(shape, settings, rng)[..., 0] * shape[2] / 2
            fields.append(float(voxels.std()) * 100 / alpha)
        self.assertTrue(0.2 < np.mean(fields) < 0.3, np.mean(fields))


class LungMask(unittest.TestCase):
    def test_differs_from_the_true_one_by_a_few_millimetres_or_by_dense_opacity(self) -> None:
        from recipe.lung_mask import imitate_pipeline_mask

        bits = np.zeros((4, 60, 60), np.uint8)
        bits[:, 10:50, 10:50] = 3
        bits[:, 40:50, 20:40] |= 8
        hu = np.full(bits.shape, -850, np.int16)
        hu[bits > 7] = 0
        true = bits > 0
        lost_opacity = []
        for seed in range(20):
            mask = imitate_pipeline_mask(hu, bits, (5.0, 1.0, 1.0), np.random.default_rng(seed))
            self.assertFalse(mask[:, :7].any() or mask[:, :, :7].any())
            self.assertTrue(mask[:, 13:37, 13:47].all())
            lost_opacity.append((true & ~mask)[bits > 7].mean() > 0.9)
        self.assertTrue(any(lost_opacity) and not all(lost_opacity))

    def test_fills_dents_as_the_pipeline_does_but_never_what_parts_the_lungs(self) -> None:
        from recipe.lung_mask import imitate_pipeline_mask

        bits = np.zeros((4, 60, 90), np.uint8)
        bits[:, 10:50, 10:40] = 3
        bits[:, 24:36, 30:40] = 0
        bits[:, 10:50, 50:80] = 5
        bits[:, 55:, 20:30] = 3
        hu = np.full(bits.shape, -850, np.int16)
        masks = [
            imitate_pipeline_mask(hu, bits, (5.0, 1.0, 1.0), np.random.default_rng(seed)) for seed in range(20)
        ]
        filled = [bool(mask[:, 28:32, 32:36].all()) for mask in masks]
        self.assertTrue(any(filled) and not all(filled))
        self.assertFalse(any(mask[:, :, 43:47].any() for mask in masks))
        # Nor is a lung that the scan cuts off drawn along its edge.
        self.assertFalse(any(mask[:, 59, 36:].any() for mask in masks))


if __name__ == "__main__":
    unittest.main()
