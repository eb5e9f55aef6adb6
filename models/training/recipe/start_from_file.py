"""
The weights of an exported network as the start of a new run: to go on where a shipped package ended, or to adapt it to
other scans. Export folds batch normalisation into the convolutions; here it is taken out again.
"""

from collections.abc import Iterable
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .fit_weights import fit_weights
from .float16_weights import restore_float32

PREFIX = "network."
"""What export wraps a network in."""


def start_from_file(network: nn.Module, file: Path, batches: Iterable[Tensor]) -> None:
    """
    Loads the weights of `file` (.onnx, as `export` wrote it) into `network`, in place.

    The normalisation behind a convolution gets the mean and variance that its input has over `batches`, and the scale
    and shift that undo them: the network answers as the file does, and its statistics are those that training goes on
    with.

    Raises ValueError when the file holds another network.
    """
    weights = fit_weights(network, _weights(file))
    folded = _load(network, weights)
    if not folded:
        return
    statistics = _statistics(network, folded, batches)
    for name, normalisation in folded.items():
        mean, variance = statistics[name]
        with torch.no_grad():
            normalisation.running_mean = mean
            normalisation.running_var = variance
            normalisation.weight.copy_(torch.sqrt(variance + normalisation.eps))
            normalisation.bias.add_(mean)


def _weights(file: Path) -> dict[str, Tensor]:
    model = onnx.load(file)
    restore_float32(model)
    weights = {
        tensor.name.removeprefix(PREFIX): torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in model.graph.initializer
    }
    for node in model.graph.node:
        # Export stores equal tensors once and copies them to where they are needed.
        if node.op_type == "Identity" and node.input[0].removeprefix(PREFIX) in weights:
            weights[node.output[0].removeprefix(PREFIX)] = weights[node.input[0].removeprefix(PREFIX)].clone()
    return weights


def _load(network: nn.Module, weights: dict[str, Tensor]) -> dict[str, nn.BatchNorm2d]:
    """Sets what is stored; gives the normalisations that were folded, made to do nothing but add the stored bias."""
    state = network.state_dict()
    folded: dict[str, nn.BatchNorm2d] = {}
    for name, module in network.named_modules():
        if not isinstance(module, nn.Sequential):
            continue
        for position in range(len(module) - 1):
            first, second = f"{name}.{position}", f"{name}.{position + 1}"
            normalisation = module[position + 1]
            if not isinstance(module[position], nn.Conv2d) or not isinstance(normalisation, nn.BatchNorm2d):
                continue
            if f"{second}.weight" in weights or f"{first}.bias" not in weights:
                continue
            folded[second] = normalisation
            weights[f"{second}.bias"] = weights.pop(f"{first}.bias")
            weights[f"{second}.weight"] = torch.ones_like(normalisation.weight)
            weights[f"{second}.running_mean"] = torch.zeros_like(weights[f"{second}.bias"])
            weights[f"{second}.running_var"] = torch.full_like(weights[f"{second}.bias"], 1 - normalisation.eps)
    counters = {key for key in state if key.endswith("num_batches_tracked")}
    given = {key: value for key, value in weights.items() if key in state}
    missing = set(state) - set(given) - counters
    if missing or any(given[key].shape != state[key].shape for key in given):
        raise ValueError(f"the file holds another network: {', '.join(sorted(missing)[:3]) or 'other shapes'}")
    network.load_state_dict({**state, **given})
    return folded


def _statistics(
    network: nn.Module, folded: dict[str, nn.BatchNorm2d], batches: Iterable[Tensor]
) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and variance by channel of what enters each normalisation, over all batches."""
    sums = {name: torch.zeros(3, norm.num_features, dtype=torch.float64) for name, norm in folded.items()}

    def watch(name: str) -> torch.utils.hooks.RemovableHandle:
        def add(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            values = inputs[0].double()
            axes = (0, 2, 3)
            count = torch.full((values.shape[1],), values.numel() / values.shape[1], dtype=torch.float64)
            sums[name] += torch.stack([count, values.sum(axes), (values * values).sum(axes)])

        return folded[name].register_forward_pre_hook(add)

    hooks = [watch(name) for name in folded]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        for batch in batches:
            network(batch)
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    statistics = {}
    for name, (count, total, squares) in sums.items():
        mean = total / count
        statistics[name] = (mean.float(), (squares / count - mean * mean).clamp_min(1e-6).float())
    return statistics
