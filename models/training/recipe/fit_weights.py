"""Weights of a network as the start of one that sees more."""

from torch import Tensor, nn
from torch.nn import functional

from .networks.lobe_unet import LobeUNet

STEM = "stem.0.weight"


def fit_weights(network: nn.Module, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """
    The weights, those of a lobe network with fewer slices widened: the slices that `network` has more, farther
    away, count for nothing until training says otherwise. Whatever else differs stays as it is.
    """
    if not isinstance(network, LobeUNet) or STEM not in weights:
        return weights
    more = (network.slices - weights[STEM].shape[1]) // 2
    if more <= 0:
        return weights
    return {**weights, STEM: functional.pad(weights[STEM], (0, 0, 0, 0, more, more))}
