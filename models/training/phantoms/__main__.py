"""`python3 -m phantoms <command> --help`: phantoms as arrays or DICOM series, golden cases, painted scans."""

from __future__ import annotations

import argparse
import os
import sys
import time
from multiprocessing import Pool
from pathlib import Path

# One phantom a process: threads inside NumPy would only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def seed_range(text: str) -> range:
    """`0:400` or `7`."""
    first, _, end = text.partition(":")
    if not first.isdigit() or (end and not end.isdigit()):
        raise argparse.ArgumentTypeError(f"write seeds as 0:400 or 7, not {text}")
    return range(int(first), int(end) if end else int(first) + 1)


def write_arrays(task: tuple[int, Path, int, float]) -> str:
    """
    One phantom for training; one that is there already is left alone.

    :raises DrawnOtherwise: it is there with another size or distance
    """
    from .cohort import plan
    from .phantom import make_phantom
    from .render import render
    from .scanner import draw_scan
    from .sampling import Sampling
    from .store import store_arrays, stored_sampling

    seed, out, size, between = task
    name = f"{seed:06d}"
    if (out / f"{name}.json").exists():
        Sampling(size, between).refuse_other(name, stored_sampling(out, name))
        return f"{seed}: there already"
    started = time.process_time()
    planned = plan(seed)
    phantom = make_phantom(seed, planned.kind, planned.severity, planned.coverage)
    rendered = render(phantom, draw_scan(phantom.rng, phantom.frame, size, between))
    store_arrays(out, name, phantom, rendered)
    return f"{seed}: {planned.kind}, {planned.coverage}, {time.process_time() - started:.1f} CPU s"


def arrays(options: argparse.Namespace) -> None:
    """HU and label arrays, one phantom a process at a time."""
    from .cohort import HELD_OUT_FIRST

    if options.seeds and options.seeds[-1] >= HELD_OUT_FIRST:
        sys.exit(f"seeds from {HELD_OUT_FIRST} on are for measuring: write them with `series`")
    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [(seed, options.out, options.size, options.between) for seed in options.seeds]
    with Pool(options.jobs) as pool:
        for line in pool.imap(write_arrays, tasks):
            print(line, file=sys.stderr, flush=True)


def series(options: argparse.Namespace) -> None:
    """DICOM series with masks, and the cohort's CSV."""
    from .evaluation_sets import planned_series, write_cohort

    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [(seed, options.out, options.size, options.between) for seed in options.seeds]
    with Pool(options.jobs) as pool:
        rows = []
        for row in pool.imap(planned_series, tasks):
            print(f"{row['seed']}: {row['label']}", file=sys.stderr, flush=True)
            rows.append(row)
    if options.only_severe:
        rows = [row for row in rows if row["severe"] == "yes"]
    write_cohort(options.out / "cohort.csv", rows)


def golden(options: argparse.Namespace) -> None:
    """The masks and numbers in test/pipeline/golden."""
    from .golden import golden_plans, write_golden

    for planned in golden_plans():
        case = write_golden(options.out, planned)
        print(f"{planned.seed}: {planned.kind}, score {case['score']}, {case['band']}", file=sys.stderr)


def painted(options: argparse.Namespace) -> None:
    """Two patients' outlines, each as ground glass and with consolidation."""
    from .evaluation_sets import write_cohort
    from .painted_series import read_expert_masks, read_scan, write_painted

    # The two patients of the set, by the numbers of their slices.
    patients = [read_expert_masks(options.experts, 0, 1000), read_expert_masks(options.experts, 1000, 2000)]
    scan = read_scan(options.source)
    rows = []
    for index, experts in enumerate(patients):
        for kind, consolidated in (("glass", 0.0), ("mixed", 0.3)):
            folder = options.out / f"painted-{kind}-{index + 1}"
            rows.append(write_painted(scan, experts, consolidated, 7 + index, folder))
            print(folder.name, file=sys.stderr, flush=True)
    write_cohort(options.out / "cohort.csv", rows, ("id", "patient", "study", "opacities"))


def main() -> None:
    """Parses the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m phantoms", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("arrays", help="HU and label arrays for training")
    command.add_argument("--seeds", type=seed_range, required=True, help="first:end, the end not included")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--size", type=int, default=320, help="rows and columns (default 320)")
    command.add_argument("--between", type=float, default=5.0, help="mm between slices (default 5)")
    command.add_argument("--jobs", type=int, default=os.cpu_count())
    command.set_defaults(run=arrays)
    command = commands.add_parser("series", help="DICOM series with NRRD masks and a cohort.csv for lobar evaluate")
    command.add_argument("--seeds", type=seed_range, required=True)
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--size", type=int, default=320)
    command.add_argument("--between", type=float, default=3.0)
    command.add_argument("--jobs", type=int, default=os.cpu_count())
    command.add_argument("--only-severe", action="store_true", help="leave the others out of the cohort.csv")
    command.set_defaults(run=series)
    command = commands.add_parser("golden", help="the twelve golden cases of the tests")
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(run=golden)
    command = commands.add_parser("painted", help="opacities painted into a real series, for evaluation only")
    command.add_argument("--source", type=Path, required=True, help="folder of one axial chest CT series, DICOM")
    command.add_argument("--experts", type=Path, required=True, help="folder with lungs/ and covid/, PNG")
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(run=painted)
    options = parser.parse_args()
    from .sampling import DrawnOtherwise

    try:
        options.run(options)
    except DrawnOtherwise as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
