"""The whole of it, from the PACS to the findings."""

import time
from pathlib import Path

import SimpleITK as sitk

from .airways import find_airways
from .body import body_mask
from .findings import classify, quantify, segment_opacities
from .grid import work_grid
from .lobes import name_lobes
from .lungs import classical_lungs, unite_lungs, without_fat
from .models import Models
from .onto_volume import onto_volume
from .retrieve import retrieve_largest_series
from .slice_network import ask_lobes
from .volume import Volume, read_volume


class Stopwatch:
    """Seconds of wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def analyse(url: str, study_uid: str, models: Models, masks_folder: Path | None = None) -> dict:
    """What was found in the largest CT series of a study, and the seconds of each stage."""
    watch = Stopwatch()
    volume = read_volume(retrieve_largest_series(url, study_uid))
    watch.lap("retrieve")
    lobes = segment_lungs(volume, models, watch)
    classification = classify(volume, lobes, models.classifier)
    watch.lap("classify")
    opacities = segment_opacities(volume, lobes, models.opacities)
    watch.lap("opacities")
    numbers = quantify(lobes, opacities, volume.spacing_mm, models.opacities.manifest["noiseFloorMl"])
    watch.lap("quantify")
    if masks_folder is not None:
        for name, mask in (("lobes", lobes), ("opacities", opacities.astype("uint8"))):
            sitk.WriteImage(sitk.GetImageFromArray(mask), masks_folder / f"{name}.nrrd", useCompression=True)
    return {"classification": classification, **numbers, "seconds": watch.seconds}


def segment_lungs(volume: Volume, models: Models, watch: Stopwatch):
    """Lungs and lobes on the volume's own grid, uint8 [z, y, x]."""
    grid = work_grid(volume)
    body = body_mask(grid)
    watch.lap("lungs: body")
    named = ask_lobes(volume, grid, body, models.lobes)
    watch.lap("lungs: network")
    airways = find_airways(grid, body)
    watch.lap("lungs: airways")
    aerated = classical_lungs(grid, body, airways, named)
    believed = without_fat(grid, aerated, named)
    sides = unite_lungs(grid, body, airways, aerated, believed)
    watch.lap("lungs: united")
    labels = name_lobes(grid, sides, believed)
    watch.lap("lungs: lobes")
    lobes = onto_volume(volume, grid, labels)
    watch.lap("lungs: back onto the volume")
    return lobes
