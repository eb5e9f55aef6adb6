"""What a folder of phantoms was drawn with, so that no folder mixes two ways of drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass


class DrawnOtherwise(ValueError):
    """A phantom that is there already was drawn with another size or distance than is asked for."""


@dataclass(frozen=True)
class Sampling:
    #: Rows and columns.
    size: int
    #: From slice to slice.
    between_mm: float

    def refuse_other(self, name: str, there: Sampling) -> None:
        """
        :param there: what the phantom `name` that is there was drawn with
        :raises DrawnOtherwise: it is not the same
        """
        # Positions are sums of floating-point steps.
        if there.size == self.size and math.isclose(there.between_mm, self.between_mm, abs_tol=1e-3):
            return
        raise DrawnOtherwise(
            f"{name} is there already, with --size {there.size} --between {there.between_mm:g}: "
            f"not --size {self.size} --between {self.between_mm:g}. Name another folder with --out."
        )
