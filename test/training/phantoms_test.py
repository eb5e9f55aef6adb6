"""The phantoms: what is drawn is what the masks say."""

import io
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

from support_libraries import require

require("scipy")

import numpy as np  # noqa: E402
from phantoms.cohort import GOLDEN_FIRST, HELD_OUT_FIRST, SEVERE_FIRST, plan  # noqa: E402
from phantoms.frame import COVERAGES, make_frame  # noqa: E402
from phantoms.phantom import CLASSES, make_phantom  # noqa: E402
from phantoms.render import AIRWAY, LOBE_BITS, VESSEL, render  # noqa: E402
from phantoms.scanner import draw_scan  # noqa: E402
from phantoms.thorax import LLL, LUL, RLL, RML, RUL  # noqa: E402
from scipy import ndimage  # noqa: E402
from support_drawn import Drawn, drawn  # noqa: E402

#: One of each class; a severe one; each kind of coverage.
HEALTHY, COVID, OTHER = (1, CLASSES[2]), (2, CLASSES[0], 0.5), (3, CLASSES[1])
SEVERE = (7, CLASSES[0], 0.95)
CHESTS = (HEALTHY, COVID, OTHER, SEVERE)


def middle_of(scan: Drawn, lobe: int) -> np.ndarray:
    """(z, y, x) in mm."""
    return np.argwhere(scan.lobes == lobe).mean(0) * scan.rendered.settings.spacing_mm


class Seeds(unittest.TestCase):
    def test_give_the_same_bytes_again(self) -> None:
        again = make_phantom(2, *COVID[1:])
        rendered = render(again, draw_scan(again.rng, again.frame, 96, 12.0))
        first = drawn(*COVID).rendered
        self.assertEqual(rendered.hu.tobytes(), first.hu.tobytes())
        self.assertEqual(rendered.labels.tobytes(), first.labels.tobytes())

    def test_give_different_phantoms(self) -> None:
        one, other = make_frame(np.random.default_rng(1), "chest"), make_frame(np.random.default_rng(2), "chest")
        self.assertNotEqual((one.height, one.half_width), (other.height, other.half_width))
        self.assertNotEqual(drawn(*HEALTHY).rendered.hu.tobytes(), drawn(4, CLASSES[2]).rendered.hu.tobytes())


class Requests(unittest.TestCase):
    def test_for_a_class_or_a_coverage_are_honoured(self) -> None:
        for (_, kind, *_), coverage in zip((HEALTHY, COVID, OTHER), ("abdomen", "cut", "chest-abdomen")):
            phantom = make_phantom(6, kind, coverage=coverage)
            self.assertEqual((phantom.kind, phantom.coverage), (kind, coverage))

    def test_for_unknown_ones_are_errors(self) -> None:
        with self.assertRaisesRegex(ValueError, "the class must be one of covid-19, .* is measles"):
            make_phantom(1, "measles")
        with self.assertRaisesRegex(ValueError, "coverage must be one of chest, .* is head"):
            make_phantom(1, coverage="head")


class Hounsfield(unittest.TestCase):
    """Against the usual figures of CT, with the exact anatomy from before the scanner."""

    def test_of_air_around_the_patient_is_minus_1000(self) -> None:
        for chosen in CHESTS:
            scan = drawn(*chosen)
            hu = scan.rendered.hu
            before = np.zeros(hu.shape, bool)
            before[:, : hu.shape[1] // 16] = True
            # The corners may be padding; table, mattress and blanket are not in front of the patient.
            unpadded = before & (scan.field("body") > 25) & (hu > -1100) & (hu < -900)
            unpadded[:, :, : hu.shape[2] // 4] = unpadded[:, :, 3 * hu.shape[2] // 4 :] = False
            self.assertAlmostEqual(scan.median_hu(unpadded), -1000, delta=20)

    def test_of_aerated_lung_is_about_minus_850(self) -> None:
        for chosen in CHESTS:
            scan = drawn(*chosen)
            self.assertTrue(-920 < scan.median_hu(scan.aerated()) < -750, chosen)

    def test_of_blood_is_the_phantoms_with_and_without_contrast(self) -> None:
        for chosen, contrast in ((HEALTHY, True), (OTHER, False)):
            scan = drawn(*chosen)
            blood = scan.phantom.tissue.blood
            self.assertEqual(blood > 100, contrast)
            heart = np.abs(scan.field("soft") - blood) < 0.01
            heart = ndimage.binary_erosion(heart, np.ones((1, 3, 3)))
            heart &= (scan.field("lung") > 6) & (scan.field("bone") > 6)
            self.assertAlmostEqual(scan.median_hu(heart), blood, delta=10)

    def test_of_fat_under_the_skin_is_minus_85_to_minus_120(self) -> None:
        scan = drawn(*HEALTHY)
        self.assertGreater(scan.phantom.frame.fat, 20)
        under_skin = np.abs(scan.field("body") + 0.4 * scan.phantom.frame.fat) < 2
        self.assertTrue(-120 < scan.median_hu(under_skin & (scan.field("bone") > 8)) < -85)

    def test_of_bone_is_above_150(self) -> None:
        for chosen in CHESTS:
            scan = drawn(*chosen)
            self.assertGreater(scan.median_hu(scan.field("bone") < -2), 150, chosen)

    def test_of_consolidation_is_that_of_soft_tissue(self) -> None:
        for chosen in (COVID, SEVERE):
            scan = drawn(*chosen)
            dense = scan.opacities & (scan.field("dense") > 0.1) & (scan.field("lung") < -3)
            inside = ndimage.binary_erosion(dense, np.ones((1, 3, 3)))
            self.assertTrue(-80 < scan.median_hu(inside) < 100, chosen)

    def test_of_ground_glass_lies_between_lung_and_soft_tissue(self) -> None:
        scan = drawn(*COVID)
        glass = scan.opacities & (scan.field("glass") > 0.1) & (scan.field("dense") < -0.2)
        glass &= (scan.rendered.labels & (VESSEL | AIRWAY)) == 0
        self.assertTrue(-720 < scan.median_hu(glass) < -300)

    def test_of_the_tracheas_gas_is_air(self) -> None:
        scan = drawn(*HEALTHY)
        lumen = ((scan.rendered.labels & AIRWAY) > 0) & (scan.lobes == 0)
        self.assertLess(scan.median_hu(ndimage.binary_erosion(lumen, np.ones((1, 2, 2)))), -900)


class Masks(unittest.TestCase):
    def test_hold_five_lobes_in_every_chest(self) -> None:
        for chosen in CHESTS:
            self.assertEqual(set(np.unique(drawn(*chosen).lobes)), {0, RUL, RML, RLL, LUL, LLL})

    def test_have_the_right_lung_in_the_low_columns_and_no_lobe_on_both_sides(self) -> None:
        for chosen in CHESTS:
            scan = drawn(*chosen)
            right = max(middle_of(scan, lobe)[2] for lobe in (RUL, RML, RLL))
            left = min(middle_of(scan, lobe)[2] for lobe in (LUL, LLL))
            self.assertLess(right + 50, left)
            # Row by row, since bodies are turned a little.
            for plane in scan.lobes:
                for row in plane:
                    rights, lefts = np.flatnonzero((row > 0) & (row < LUL)), np.flatnonzero(row >= LUL)
                    if len(rights) and len(lefts):
                        self.assertLess(rights[-1], lefts[0])

    def test_have_the_lobes_in_their_places(self) -> None:
        """Slices go from feet to head, rows from front to back: upper lobes above, the middle lobe in front."""
        for chosen in CHESTS:
            at = {lobe: middle_of(drawn(*chosen), lobe) for lobe in (RUL, RML, RLL, LUL, LLL)}
            self.assertGreater(at[RUL][0], at[RLL][0])
            self.assertGreater(at[RUL][0], at[RML][0])
            self.assertGreater(at[LUL][0], at[LLL][0])
            self.assertLess(at[RML][1], at[RLL][1])
            self.assertLess(at[LUL][1], at[LLL][1])

    def test_have_lungs_of_a_grown_ups_volume(self) -> None:
        for chosen in CHESTS:
            scan = drawn(*chosen)
            litres = scan.lungs.sum() * np.prod(scan.rendered.settings.spacing_mm) / 1e6
            self.assertTrue(1.5 < litres < 8, litres)

    def test_have_opacity_and_vessels_inside_the_lungs_only(self) -> None:
        for chosen in CHESTS:
            labels = drawn(*chosen).rendered.labels
            lobes = labels & LOBE_BITS
            self.assertTrue((lobes[drawn(*chosen).opacities] > 0).all())
            vessels = (labels & VESSEL) > 0
            self.assertTrue(vessels.any() and (lobes[vessels] > 0).all())

    def test_show_opacity_in_disease_and_none_without(self) -> None:
        for chosen in (COVID, OTHER, SEVERE):
            self.assertGreater(drawn(*chosen).opacities.sum(), 50)
        for seed in (1, 4):
            self.assertFalse(drawn(seed, CLASSES[2]).opacities.any())

    def test_hold_no_lung_in_an_abdomen(self) -> None:
        scan = drawn(6, CLASSES[2], None, "abdomen")
        self.assertFalse((scan.rendered.labels & (LOBE_BITS | VESSEL)).any())
        self.assertGreater((scan.rendered.hu > 0).sum(), 1000)

    def test_end_inside_the_lungs_when_the_scan_is_cut(self) -> None:
        lungs = drawn(8, CLASSES[2], None, "cut").lungs
        self.assertTrue(lungs[0].any() or lungs[-1].any())
        whole = drawn(*HEALTHY).lungs
        self.assertFalse(whole[-1].any())

    def test_grow_with_severity(self) -> None:
        for seed in range(91_000, 91_002):
            planned = plan(seed)
            self.assertGreater(drawn(seed, planned.kind, planned.severity).involved, 0.5)
        self.assertLess(drawn(7, CLASSES[0], 0.02).involved, 0.1)


class Scans(unittest.TestCase):
    def test_have_the_spacing_that_was_asked_for_and_common_thicknesses_and_views(self) -> None:
        for seed in range(12):
            rng = np.random.default_rng(seed)
            scan = draw_scan(rng, drawn(*HEALTHY).phantom.frame, 512, 1.5)
            self.assertAlmostEqual(scan.spacing_mm[0], 1.5)
            self.assertTrue(0.6 <= scan.thickness_mm <= 3)
            self.assertTrue(0.45 < scan.pixel_mm < 1.05)

    def test_cover_what_the_frame_covers(self) -> None:
        frame = drawn(*HEALTHY).phantom.frame
        positions = drawn(*HEALTHY).rendered.settings.positions
        self.assertEqual(positions[0], frame.scan[0])
        self.assertTrue(0 <= frame.scan[1] - positions[-1] < 12)


class Plans(unittest.TestCase):
    def test_of_training_show_every_class_some_severe_ones_and_scans_without_lungs(self) -> None:
        plans = [plan(seed) for seed in range(500)]
        self.assertEqual({one.kind for one in plans}, set(CLASSES))
        self.assertEqual({one.coverage for one in plans}, set(COVERAGES))
        severe = [one for one in plans if one.severity is not None]
        self.assertEqual([one.seed % 10 for one in severe], [9] * 50)
        self.assertTrue(all(one.kind == CLASSES[0] and 0.6 <= (one.severity or 0) <= 1 for one in severe))
        self.assertTrue(all(one.kind == CLASSES[2] for one in plans if one.coverage == "abdomen"))

    def test_of_held_out_seeds_are_whole_chests_of_all_classes_alike(self) -> None:
        plans = [plan(seed) for seed in range(HELD_OUT_FIRST, HELD_OUT_FIRST + 60)]
        self.assertEqual([sum(one.kind == kind for one in plans) for kind in CLASSES], [20, 20, 20])
        self.assertTrue(all(one.coverage == "chest" and one.severity is None for one in plans))

    def test_of_severe_seeds_are_severe(self) -> None:
        for seed in range(SEVERE_FIRST, SEVERE_FIRST + 40):
            one = plan(seed)
            self.assertEqual((one.kind, one.coverage), (CLASSES[0], "chest"))
            self.assertTrue(0.7 <= (one.severity or 0) <= 1)

    def test_do_not_depend_on_the_order_of_asking(self) -> None:
        backwards = [plan(seed) for seed in reversed(range(50))]
        self.assertEqual(backwards[::-1], [plan(seed) for seed in range(50)])

    def test_never_let_held_out_seeds_into_training_arrays(self) -> None:
        from phantoms.__main__ import main

        with tempfile.TemporaryDirectory() as folder:
            for seeds in (f"{HELD_OUT_FIRST}", "89999:90001", f"{GOLDEN_FIRST}:{GOLDEN_FIRST + 12}"):
                out = Path(folder) / "train"
                arguments = ["phantoms", "arrays", "--seeds", seeds, "--out", str(out)]
                with mock.patch.object(sys, "argv", arguments), redirect_stderr(io.StringIO()):
                    with self.assertRaisesRegex(SystemExit, "for measuring"):
                        main()
                self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
