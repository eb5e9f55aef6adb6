"""The figures that validation reports."""

import numpy as np
from numpy.typing import NDArray


def dice(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """2 |A and B| / (|A| + |B|); NaN when both are empty."""
    total = int(found.sum()) + int(true.sum())
    return 2 * int((found & true).sum()) / total if total else float("nan")


def area_under_roc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """The Mann-Whitney form: the share of (positive, negative) pairs in the right order, ties one half."""
    above = scores[positive][:, None] - scores[~positive][None, :]
    if above.size == 0:
        return float("nan")
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def mean(values: list[float]) -> float:
    """Of those that are numbers; NaN when none is."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
