"""Resizing and windowing in the recipe."""

import unittest

import numpy as np

from recipe.resize import resize_planes, resize_volume
from recipe.window import window_hu


def by_blocks(values: np.ndarray, to: int) -> np.ndarray:
    """Area average another way: every sample `to` times, then means of whole blocks."""
    repeated = np.repeat(values.astype(np.float64), to)
    return repeated.reshape(to, len(values)).mean(1)


class Resize(unittest.TestCase):
    def test_averages_areas_when_it_shrinks(self) -> None:
        plane = ((np.arange(35) * 37) % 101).reshape(5, 7).astype(np.float32)
        expected = np.apply_along_axis(by_blocks, 1, np.apply_along_axis(by_blocks, 0, plane, 3), 4)
        np.testing.assert_allclose(resize_planes(plane, (3, 4)), expected, rtol=1e-5)

    def test_is_linear_between_centres_when_it_grows(self) -> None:
        row = np.array([[3, 9, 1, 4]], np.float32)
        centres = (np.arange(10) + 0.5) * 4 / 10 - 0.5
        expected = np.interp(centres, np.arange(4), row[0])
        np.testing.assert_allclose(resize_planes(row, (1, 10))[0], expected, rtol=1e-5)

    def test_treats_the_depth_of_a_volume_like_the_other_axes(self) -> None:
        volume = ((np.arange(60) * 29) % 83 - 40).reshape(4, 3, 5).astype(np.float32)
        expected = np.apply_along_axis(by_blocks, 0, volume, 3)
        np.testing.assert_allclose(resize_volume(volume, (3, 3, 5)), expected, rtol=1e-5, atol=1e-5)

    def test_refuses_an_axis_without_samples(self) -> None:
        with self.assertRaises(ValueError):
            resize_planes(np.zeros((2, 2), np.float32), (0, 2))


class Window(unittest.TestCase):
    def test_maps_the_lung_window_onto_0_to_1(self) -> None:
        """By hand: level -500, width 1500 is -1250 to 250."""
        hu = np.array([-2000, -1250, -875, -500, 250, 3000], np.int16)
        np.testing.assert_allclose(window_hu(hu), [0, 0, 0.25, 0.5, 1, 1])


if __name__ == "__main__":
    unittest.main()
