"""Opacities painted into a scan: here a small one of two ellipses with a vessel each."""

import tempfile
import unittest
from pathlib import Path

from support_libraries import require

require("scipy")

import numpy as np  # noqa: E402
from phantoms.lung_mask import LEFT, RIGHT, threshold_sides  # noqa: E402
from phantoms.paint import carry_over, load_expert_masks, paint  # noqa: E402
from scipy import ndimage  # noqa: E402

SPACING = (6.0, 2.5, 2.5)
SHAPE = (22, 120, 160)
Z, Y, X = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
DEPTH = slice(3, 19)


def ellipse(y: int, x: int, height: int, width: int) -> np.ndarray:
    """Upright, through the slices with lung; half axes in voxels."""
    inside = ((Y - y) / height) ** 2 + ((X - x) / width) ** 2 < 1
    return inside & (Z >= DEPTH.start) & (Z < DEPTH.stop)


RIGHT_LUNG, LEFT_LUNG = ellipse(60, 45, 36, 24), ellipse(60, 115, 36, 24)
VESSELS = ellipse(75, 45, 3, 3) | ellipse(75, 115, 3, 3)
TRACHEA = ellipse(50, 80, 4, 4)


def scan() -> np.ndarray:
    """int16 HU: body 40, lungs -850, vessels 40, trachea -990, air about -1000; noise of 10."""
    body = ((Y - 60) / 55) ** 2 + ((X - 80) / 72) ** 2 + 0 * Z < 1
    hu = np.where(body, 40.0, -1000.0)
    hu[RIGHT_LUNG | LEFT_LUNG] = -850
    hu[VESSELS] = 40
    hu[TRACHEA] = -990
    return np.rint(hu + np.random.default_rng(0).normal(0, 10, SHAPE)).astype(np.int16)


def experts():
    """Lungs of another size; one lesion at the back of the right lung, in the middle third of its height."""
    lungs, lesions = np.zeros((9, 64, 64), np.uint8), np.zeros((9, 64, 64), np.uint8)
    lungs[1:-1, 10:50, 4:28] = lungs[1:-1, 10:50, 36:60] = 255
    lesions[3:6, 34:50, 4:28] = 255
    return load_expert_masks(list(lungs), list(lesions))


class Lungs(unittest.TestCase):
    def test_are_found_with_their_sides_and_vessels_and_without_the_trachea(self) -> None:
        sides = threshold_sides(scan(), SPACING)
        for side, true in ((RIGHT, RIGHT_LUNG), (LEFT, LEFT_LUNG)):
            found = sides == side
            self.assertGreater(2 * (found & true).sum() / (found.sum() + true.sum()), 0.97)
        self.assertTrue((sides[VESSELS] > 0).all())
        self.assertFalse(sides[TRACHEA].any())

    def test_that_touch_are_divided_in_the_middle(self) -> None:
        hu = scan()
        hu[8:12, 30:34, 60:100] = -850
        sides = threshold_sides(hu, SPACING)
        self.assertTrue((sides[RIGHT_LUNG & (X < 60)] == RIGHT).mean() > 0.97)
        self.assertTrue((sides[LEFT_LUNG & (X > 100)] == LEFT).mean() > 0.97)
        self.assertEqual(set(np.unique(sides[9, 31, 62:78])), {RIGHT})
        self.assertEqual(set(np.unique(sides[9, 31, 82:98])), {LEFT})

    def test_are_an_error_where_there_are_none(self) -> None:
        with self.assertRaisesRegex(ValueError, "no lungs"):
            threshold_sides(np.full(SHAPE, 40, np.int16), SPACING)
        hu = np.full(SHAPE, 40, np.int16)
        hu[TRACHEA] = -990
        with self.assertRaisesRegex(ValueError, "no lungs"):
            threshold_sides(hu, SPACING)


class Outlines(unittest.TestCase):
    def test_come_to_the_same_place_of_the_same_lung(self) -> None:
        sides = np.where(RIGHT_LUNG, RIGHT, np.where(LEFT_LUNG, LEFT, 0)).astype(np.uint8)
        soft = carry_over(sides, experts())
        mask = soft > 0.5
        self.assertFalse(mask[sides != RIGHT].any())
        # The experts' lesion takes the last 16 of 40 rows and 3 of 7 slices, from the third on.
        rows, slices = np.flatnonzero(mask.any((0, 2))), np.flatnonzero(mask.any((1, 2)))
        self.assertAlmostEqual((rows[0] - 24) / 72, 24 / 40, delta=0.03)
        self.assertAlmostEqual((slices[0] - 3) / 15, 1.5 / 6, delta=0.07)
        self.assertAlmostEqual((slices[-1] - 3) / 15, 4.5 / 6, delta=0.07)

    def test_need_both_lungs(self) -> None:
        plane = np.zeros((8, 8))
        plane[:, :3] = 1
        with self.assertRaisesRegex(ValueError, "both lungs"):
            load_expert_masks([plane], [plane])


class Painting(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.before = scan()
        cls.sides = threshold_sides(cls.before, SPACING)
        cls.glass, mask = paint(cls.before, SPACING, cls.sides, experts(), 0.0, 1)
        cls.mixed, cls.mixed_mask = paint(cls.before, SPACING, cls.sides, experts(), 0.3, 1)
        cls.mask = mask.astype(bool)

    def test_stays_inside_the_lungs(self) -> None:
        self.assertEqual(self.glass.dtype, np.int16)
        self.assertGreater(self.mask.sum(), 2000)
        self.assertTrue((self.sides[self.mask] == RIGHT).all())

    def test_leaves_everything_else_as_it_was(self) -> None:
        away = ndimage.distance_transform_edt(~self.mask, sampling=SPACING)
        # Three standard deviations of the soft edge are 2.4 mm.
        np.testing.assert_array_equal(self.glass[away > 4], self.before[away > 4])
        # Near the edge, the chest wall gains next to nothing.
        wall = (away > 0) & (self.before > -20)
        self.assertLess(np.abs(self.glass[wall].astype(int) - self.before[wall]).max(), 30)

    def test_raises_aerated_lung_to_ground_glass(self) -> None:
        aerated = ndimage.binary_erosion(self.mask) & (self.before < -780)
        self.assertTrue((self.glass[aerated] > self.before[aerated] + 100).all())
        self.assertTrue(-640 < np.median(self.glass[aerated]) < -340)

    def test_keeps_vessels_and_noise(self) -> None:
        vessels = ndimage.binary_erosion(VESSELS, np.ones((1, 3, 3))) & self.mask
        self.assertGreater(vessels.sum(), 20)
        self.assertLess(np.abs(self.glass[vessels].astype(int) - self.before[vessels]).max(), 40)
        aerated = ndimage.binary_erosion(self.mask, np.ones((3, 5, 5))) & (self.before < -780)
        fine = self.glass - ndimage.gaussian_filter(self.glass.astype(float), (0, 2, 2))
        original = self.before - ndimage.gaussian_filter(self.before.astype(float), (0, 2, 2))
        self.assertGreater(np.corrcoef(fine[aerated], original[aerated])[0, 1], 0.8)

    def test_makes_the_share_that_was_asked_for_dense(self) -> None:
        np.testing.assert_array_equal(self.mixed_mask > 0, self.mask)
        dense = (self.mixed[self.mask] > -150).mean() - (self.glass[self.mask] > -150).mean()
        self.assertAlmostEqual(dense, 0.3, delta=0.12)

    def test_gives_the_same_for_the_same_seed_and_something_else_for_another(self) -> None:
        again, _ = paint(self.before, SPACING, self.sides, experts(), 0.0, 1)
        np.testing.assert_array_equal(again, self.glass)
        other, mask = paint(self.before, SPACING, self.sides, experts(), 0.0, 2)
        np.testing.assert_array_equal(mask > 0, self.mask)
        self.assertFalse(np.array_equal(other, self.glass))

    def test_refuses_when_no_lesion_falls_into_the_lungs(self) -> None:
        healthy = experts()
        healthy.lesions[:] = False
        with self.assertRaisesRegex(ValueError, "no lesion"):
            paint(self.before, SPACING, self.sides, healthy, 0.0, 1)


class Series(unittest.TestCase):
    def test_are_labelled_synthetic_and_hold_what_was_painted(self) -> None:
        require("pydicom", "nrrd", "PIL")
        import nrrd
        import pydicom
        from phantoms.painted_series import read_scan, write_painted
        from support_series import write_source

        with tempfile.TemporaryDirectory() as name:
            source = Path(name) / "source"
            write_source(source, scan(), SPACING, padding=slice(0, 2))
            read = read_scan(source)
            np.testing.assert_array_equal(read.hu[:, 2:], scan()[:, 2:])
            self.assertTrue((read.hu[:, :2] == -1024).all())
            self.assertEqual(read.spacing_mm, SPACING)
            original = pydicom.dcmread(sorted(source.iterdir())[0])
            row = write_painted(read, experts(), 0.0, 1, Path(name) / "painted-1")
            expected, mask = paint(read.hu, SPACING, read.sides, experts(), 0.0, 1)
            images = [pydicom.dcmread(path) for path in sorted((Path(name) / row["study"]).iterdir())]
            planes = [image.pixel_array * image.RescaleSlope + image.RescaleIntercept for image in images]
            np.testing.assert_array_equal(np.stack(planes), expected)
            stored, header = nrrd.read(str(Path(name) / row["opacities"]), index_order="C")
            np.testing.assert_array_equal(stored, mask)
            np.testing.assert_allclose(header["space origin"], np.array(images[0].ImagePositionPatient, float))
            for image in images:
                self.assertIn("SYNTHETIC", image.SeriesDescription)
                self.assertIn("SYNTHETIC", str(image.PatientName))
                self.assertNotIn("PixelPaddingValue", image)
                self.assertNotEqual(image.StudyInstanceUID, original.StudyInstanceUID)
            self.assertEqual(len({image.SOPInstanceUID for image in images}), len(images))


if __name__ == "__main__":
    unittest.main()
