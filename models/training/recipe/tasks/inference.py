"""Running a network over slices without gradients."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


def infer_slices(network: nn.Module, images: NDArray[np.float32], batch: int = 8) -> NDArray[np.float32]:
    """Logits [n, k, h, w] of images [n, c, h, w]. Leaves the network in the mode it was in."""
    was_training = network.training
    network.eval()
    with torch.no_grad():
        parts = [
            network(
                torch.from_numpy(images[start : start + batch]).contiguous(memory_format=torch.channels_last)
            ).numpy()
            for start in range(0, len(images), batch)
        ]
    network.train(was_training)
    return np.concatenate(parts)
