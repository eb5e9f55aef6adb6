"""What the `series` command writes, and the CSV of a cohort: sets that are never trained on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import nrrd

from .cohort import Plan, plan
from .dicom import write_series
from .phantom import make_phantom
from .render import render
from .sampling import Sampling
from .scanner import draw_scan
from .store import describe

COLUMNS = ("id", "study", "label", "lobes", "opacities", "severe", "seed")


def write_phantom_series(planned: Plan, out: Path, size: int, between_mm: float) -> dict:
    """
    `<out>/<seed>/`: DICOM images, masks and `phantom.json`; gives the row of the cohort. What is there is kept.

    :raises DrawnOtherwise: it is there with another size or distance
    """
    folder = out / f"{planned.seed:06d}"
    described = folder / "phantom.json"
    if not described.exists():
        phantom = make_phantom(planned.seed, planned.kind, planned.severity, planned.coverage)
        rendered = render(phantom, draw_scan(phantom.rng, phantom.frame, size, between_mm))
        write_series(folder, phantom, rendered)
        described.write_text(json.dumps(describe(phantom, rendered), indent=2) + "\n")
    facts = json.loads(described.read_text())
    name = folder.name
    columns = int(nrrd.read_header(str(folder / "lobes.nrrd"))["sizes"][0])
    Sampling(size, between_mm).refuse_other(name, Sampling(columns, facts["spacingMm"][0]))
    return {
        "id": name,
        "study": f"{name}/images",
        "label": facts["class"],
        "lobes": f"{name}/lobes.nrrd",
        "opacities": f"{name}/opacities.nrrd",
        "severe": "yes" if facts["severe"] else "no",
        "seed": facts["seed"],
    }


def write_cohort(path: Path, rows: list[dict], columns: tuple[str, ...] = COLUMNS) -> None:
    """The CSV that `lobar evaluate` reads."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def planned_series(task: tuple[int, Path, int, float]) -> dict:
    """`write_phantom_series` of (seed, folder, rows and columns, mm between slices): one argument, for a pool."""
    seed, out, size, between_mm = task
    return write_phantom_series(plan(seed), out, size, between_mm)
