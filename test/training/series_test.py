"""Phantoms as DICOM series and NRRD masks, read by pydicom and pynrrd."""

import csv
import json
import tempfile
import unittest
import uuid
from pathlib import Path

from support_libraries import require

require("scipy", "pydicom", "nrrd")

import nrrd  # noqa: E402
import numpy as np  # noqa: E402
import pydicom  # noqa: E402
from phantoms.__main__ import write_arrays  # noqa: E402
from phantoms.cohort import plan  # noqa: E402
from phantoms.dicom import named_uid, write_series  # noqa: E402
from phantoms.evaluation_sets import COLUMNS, write_cohort, write_phantom_series  # noqa: E402
from phantoms.render import AIRWAY, VESSEL  # noqa: E402
from phantoms.sampling import DrawnOtherwise  # noqa: E402
from phantoms.store import store_arrays  # noqa: E402
from support_drawn import drawn  # noqa: E402

CHOSEN = (3, "other-infection")


def setUpModule() -> None:
    global folder, images
    temporary = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(temporary.cleanup)
    folder = Path(temporary.name)
    write_series(folder, drawn(*CHOSEN).phantom, drawn(*CHOSEN).rendered)
    images = [pydicom.dcmread(path) for path in sorted((folder / "images").iterdir())]


class Images(unittest.TestCase):
    def test_hold_the_very_hounsfield_units(self) -> None:
        planes = [image.pixel_array * image.RescaleSlope + image.RescaleIntercept for image in images]
        np.testing.assert_array_equal(np.stack(planes), drawn(*CHOSEN).rendered.hu)

    def test_lie_where_the_phantom_was_scanned_feet_first(self) -> None:
        settings = drawn(*CHOSEN).rendered.settings
        positions = np.array([image.ImagePositionPatient for image in images], float)
        np.testing.assert_allclose(positions[:, 2], settings.positions, atol=1e-3)
        np.testing.assert_allclose(positions[:, :2], [[settings.xs[0], settings.ys[0]]] * len(images), atol=1e-3)
        for image in images:
            np.testing.assert_allclose(np.array(image.PixelSpacing, float), settings.pixel_mm, atol=1e-6)
            self.assertEqual(list(image.ImageOrientationPatient), [1, 0, 0, 0, 1, 0])
            self.assertAlmostEqual(float(image.SliceThickness), settings.thickness_mm)

    def test_are_one_series_of_images_with_valid_uids_of_their_own(self) -> None:
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
            self.assertEqual(len({getattr(image, name) for image in images}), 1)
            self.assertTrue(images[0][name].value.is_valid)
        instances = {image.SOPInstanceUID for image in images}
        self.assertEqual(len(instances), len(images))
        self.assertTrue(all(uid.is_valid for uid in instances))
        self.assertTrue(all(image.file_meta.MediaStorageSOPInstanceUID == image.SOPInstanceUID for image in images))

    def test_have_the_same_bytes_when_they_are_written_again(self) -> None:
        with tempfile.TemporaryDirectory() as other:
            write_series(Path(other), drawn(*CHOSEN).phantom, drawn(*CHOSEN).rendered)
            for path in sorted((folder / "images").iterdir()):
                self.assertEqual(path.read_bytes(), (Path(other) / "images" / path.name).read_bytes())

    def test_say_that_they_are_synthetic(self) -> None:
        for image in images:
            self.assertIn("SYNTHETIC", image.StudyDescription)
            self.assertIn("SYNTHETIC", image.SeriesDescription)
            self.assertIn("No patient", image.PatientComments)
            self.assertRegex(str(image.PatientName), "Phantom")
            self.assertGreaterEqual(int(image.PatientAge[:3]), 18)


class Uids(unittest.TestCase):
    def test_are_uuids_of_version_8_that_belong_to_a_name(self) -> None:
        """Judged by Python's uuid module."""
        uid = named_uid("1 study")
        self.assertEqual(uid, named_uid("1 study"))
        self.assertNotEqual(uid, named_uid("2 study"))
        read = uuid.UUID(int=int(uid.removeprefix("2.25.")))
        self.assertEqual((read.version, read.variant), (8, uuid.RFC_4122))


class Masks(unittest.TestCase):
    def test_are_those_of_the_phantom(self) -> None:
        rendered = drawn(*CHOSEN).rendered
        trees = np.select([(rendered.labels & AIRWAY) > 0, (rendered.labels & VESSEL) > 0], [1, 2])
        for name, expected in (("lobes", rendered.lobes), ("opacities", rendered.opacities), ("trees", trees)):
            mask, _ = nrrd.read(str(folder / f"{name}.nrrd"), index_order="C")
            self.assertEqual(mask.dtype, np.uint8)
            np.testing.assert_array_equal(mask, expected)

    def test_lie_on_the_grid_of_the_images(self) -> None:
        header = nrrd.read_header(str(folder / "lobes.nrrd"))
        self.assertEqual(header["space"], "left-posterior-superior")
        np.testing.assert_allclose(header["space origin"], np.array(images[0].ImagePositionPatient, float), atol=1e-3)
        row, column = (float(value) for value in images[0].PixelSpacing)
        between = float(images[1].ImagePositionPatient[2]) - float(images[0].ImagePositionPatient[2])
        np.testing.assert_allclose(header["space directions"], np.diag([column, row, between]), atol=1e-3)


class Cohorts(unittest.TestCase):
    def test_name_the_files_and_what_is_known(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            out = Path(name)
            row = write_phantom_series(plan(90_001), out, 64, 20.0)
            write_cohort(out / "cohort.csv", [row])
            with (out / "cohort.csv").open(newline="") as file:
                (read,) = csv.DictReader(file)
            self.assertEqual(tuple(read), COLUMNS)
            self.assertEqual((read["label"], read["severe"], read["seed"]), (plan(90_001).kind, "no", "90001"))
            self.assertTrue((out / read["lobes"]).is_file() and (out / read["opacities"]).is_file())
            self.assertGreater(len(list((out / read["study"]).glob("*.dcm"))), 10)
            # A second time nothing is drawn: the row comes from what lies there.
            before = (out / "090001" / "phantom.json").stat().st_mtime_ns
            self.assertEqual(write_phantom_series(plan(90_001), out, 64, 20.0), row)
            self.assertEqual((out / "090001" / "phantom.json").stat().st_mtime_ns, before)
            # Asked for otherwise, a cohort would mix two kinds of phantoms, or be none of what was asked for.
            for size, between_mm in ((96, 20.0), (64, 10.0)):
                with self.assertRaisesRegex(DrawnOtherwise, "090001 is there already, with --size 64 --between 20: "):
                    write_phantom_series(plan(90_001), out, size, between_mm)


class Arrays(unittest.TestCase):
    def test_are_stored_as_they_are_with_what_is_known_of_them(self) -> None:
        scan = drawn(*CHOSEN)
        with tempfile.TemporaryDirectory() as name:
            store_arrays(Path(name), "000003", scan.phantom, scan.rendered)
            np.testing.assert_array_equal(np.load(Path(name) / "000003-hu.npy"), scan.rendered.hu)
            np.testing.assert_array_equal(np.load(Path(name) / "000003-labels.npy"), scan.rendered.labels)
            facts = json.loads((Path(name) / "000003.json").read_text())
            self.assertEqual(len(list(Path(name).iterdir())), 3)
            size, between_mm = scan.rendered.hu.shape[1], float(scan.rendered.settings.spacing_mm[0])
            self.assertRegex(write_arrays((3, Path(name), size, between_mm)), "there already")
            for other in ((size + 32, between_mm), (size, between_mm + 1)):
                with self.assertRaisesRegex(DrawnOtherwise, f"--size {size} --between {between_mm:g}: not --size"):
                    write_arrays((3, Path(name), *other))
        self.assertEqual((facts["seed"], facts["class"], facts["coverage"]), (3, "other-infection", "chest"))
        self.assertAlmostEqual(facts["involved"], scan.involved)
        self.assertEqual(facts["severe"], False)
        np.testing.assert_allclose(facts["spacingMm"], scan.rendered.settings.spacing_mm)


if __name__ == "__main__":
    unittest.main()
