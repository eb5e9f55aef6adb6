"""Small phantoms, drawn once for all tests."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from phantoms.phantom import Phantom, make_phantom
from phantoms.render import AIRWAY, VESSEL, Rendered, Renderer, render
from phantoms.scanner import draw_scan


@dataclass
class Drawn:
    phantom: Phantom
    rendered: Rendered

    @property
    def lobes(self) -> np.ndarray:
        return self.rendered.lobes

    @property
    def opacities(self) -> np.ndarray:
        return self.rendered.opacities

    @property
    def lungs(self) -> np.ndarray:
        return self.rendered.lobes > 0

    @property
    def involved(self) -> float:
        return self.opacities.sum() / self.lungs.sum()

    def median_hu(self, mask: np.ndarray) -> float:
        """Of at least 20 voxels, so that noise does not decide."""
        assert mask.sum() >= 20, f"only {mask.sum()} voxels"
        return float(np.median(self.rendered.hu[mask]))

    def aerated(self) -> np.ndarray:
        """Lung without opacity, airways and vessels, 4 mm from its border."""
        other = (self.rendered.labels & (AIRWAY | VESSEL)) > 0
        return self.lungs & ~self.opacities & ~other & (self.field("lung") < -4)

    def field(self, name: str) -> np.ndarray:
        """One of render.FIELDS at every voxel, [z, y, x]: exact anatomy from before the scanner."""
        return self.fields[name]

    @cached_property
    def fields(self) -> dict[str, np.ndarray]:
        settings = self.rendered.settings
        renderer = Renderer(self.phantom, settings)
        planes = [renderer.fields_at(float(z)) for z in settings.positions]
        return {name: np.stack([plane[name] for plane in planes]) for name in planes[0]}


@lru_cache(maxsize=32)
def drawn(
    seed: int,
    kind: str | None = None,
    severity: float | None = None,
    coverage: str = "chest",
    size: int = 96,
    between_mm: float = 12.0,
) -> Drawn:
    phantom = make_phantom(seed, kind, severity, coverage)
    return Drawn(phantom, render(phantom, draw_scan(phantom.rng, phantom.frame, size, between_mm)))
