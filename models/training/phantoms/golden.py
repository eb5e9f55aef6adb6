"""
Golden cases: masks of phantoms that no network was trained on, with the numbers of PIPELINE.md 6 computed from them.

Each case is `<seed>.json` (spacing, shape, expected numbers) and `<seed>.bin.gz`: the lobe label of each voxel in bits
0 to 2 and opacity in bit 3, one byte a voxel, [z, y, x].
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from .cohort import GOLDEN_FIRST, Plan
from .phantom import CLASSES, make_phantom
from .render import LOBE_BITS, OPACITY, render
from .scanner import draw_scan
from .severity import severity

#: Severity of the COVID-like ones among the twelve, so that every band occurs.
SEVERITIES = (0.02, 0.15, 0.35, 0.6, 0.85, 1.0)


def golden_plans() -> list[Plan]:
    """Six COVID-like from a trace to white lungs, four other infections, two without."""
    kinds = [CLASSES[0]] * 6 + [CLASSES[1]] * 4 + [CLASSES[2]] * 2
    return [
        Plan(GOLDEN_FIRST + index, kind, SEVERITIES[index] if index < len(SEVERITIES) else None, "chest")
        for index, kind in enumerate(kinds)
    ]


def write_golden(folder: Path, planned: Plan, size: int = 96, between_mm: float = 6.0) -> dict:
    """One case, small enough to keep in the repository."""
    phantom = make_phantom(planned.seed, planned.kind, planned.severity, planned.coverage)
    rendered = render(phantom, draw_scan(phantom.rng, phantom.frame, size, between_mm))
    kept = rendered.labels & (LOBE_BITS | OPACITY)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{planned.seed}.bin.gz").write_bytes(gzip.compress(kept.tobytes(), 9, mtime=0))
    spacing = rendered.settings.spacing_mm
    case = {
        "seed": planned.seed,
        "class": planned.kind,
        "findings": phantom.findings,
        "shape": list(kept.shape),
        "spacingMm": list(spacing),
        **severity(rendered.lobes, rendered.opacities, spacing),
    }
    (folder / f"{planned.seed}.json").write_text(json.dumps(case, indent=2) + "\n")
    return case
