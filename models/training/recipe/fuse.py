"""Makes a trained network what will be stored: batch normalisation folded in, weights rounded to float16."""

import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

SMALLEST = 256
"""Tensors with fewer elements (biases, scales) stay float32: they weigh nothing."""


def fused(network: nn.Module) -> nn.Module:
    """A copy in evaluation mode whose convolutions hold the batch normalisation that directly follows them."""
    network = copy.deepcopy(network).eval().to(memory_format=torch.contiguous_format)
    for sequence in [module for module in network.modules() if isinstance(module, nn.Sequential)]:
        for position in range(len(sequence) - 1):
            convolution, normalisation = sequence[position], sequence[position + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(normalisation, nn.BatchNorm2d):
                sequence[position] = fuse_conv_bn_eval(convolution, normalisation)
                sequence[position + 1] = nn.Identity()
    return network


def round_to_float16(network: nn.Module) -> None:
    """
    Rounds every large weight to the nearest float16, in place and still as float32: storing it as float16
    then loses nothing more.

    Raises ValueError when a weight is beyond the range of float16.
    """
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if weight.numel() >= SMALLEST:
                rounded = weight.half().float()
                if not torch.isfinite(rounded).all():
                    raise ValueError(f"{name} is beyond the range of float16")
                weight.copy_(rounded)
