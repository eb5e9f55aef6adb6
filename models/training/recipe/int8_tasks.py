"""What is particular to a task when its network becomes INT8."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from .coarse_decoder import coarsen_decoder
from .lobe_figures import lobe_agreement, lobe_figures, lobe_input
from .opacity_figures import opacity_figures, opacity_input
from .phantom_folder import Phantom
from .plain_softmax import plain_softmax

Image = NDArray[np.float32]
"""[channels, h, w], or [n, channels, h, w] of several."""
Infer = Callable[[Image], Image]
Size = tuple[int, int]


@dataclass(frozen=True)
class Int8Task:
    size: Size
    """Of a slice, where nothing else is asked for."""
    image: Callable[[Phantom, int, int, Size], Image]
    """What the network sees of slice z, with so many channels."""
    rearrange: Callable[[onnx.ModelProto], list[str]]
    """Rewrites the graph in place into one that is faster as INT8; gives the nodes that stay float32."""
    figures: Callable[[list[Phantom], Infer, int, Size], dict[str, float]]
    agreement: Callable[[list[Phantom], Infer, Infer, int, Size], dict[str, float]] | None = None


def _rearranged_opacities(model: onnx.ModelProto) -> list[str]:
    """
    Float32 stay the first convolution with all that reads its answer, as ONNX Runtime has a fast layout for
    pooling in float32 and none for bytes that come from there, and the end, from the laying out of the pixels on.
    """
    first = next(node for node in model.graph.node if node.op_type == "Conv")
    coarsen_decoder(model)
    end = model.graph.node[-2:]
    kinds = ("MaxPool", "SpaceToDepth")
    return [first.name, *_relu_after(model, first), *(n.name for n in model.graph.node if n.op_type in kinds)] + [
        node.name for node in end if node.op_type != "Conv"
    ]


def _rearranged_lobes(model: onnx.ModelProto) -> list[str]:
    """Float32 stay the first convolution, the last one, whose logits one step of 256 would blur, and the softmax."""
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    first, last = convolutions[0], convolutions[-1]
    return [first.name, *_relu_after(model, first), last.name, *plain_softmax(model)]


def _relu_after(model: onnx.ModelProto, node: onnx.NodeProto) -> list[str]:
    return [n.name for n in model.graph.node if n.op_type == "Relu" and n.input[0] == node.output[0]]


TASKS: dict[str, Int8Task] = {
    "opacities": Int8Task(
        size=(320, 320),
        image=lambda phantom, z, _, size: opacity_input(phantom.hu[z], size)[None],
        rearrange=_rearranged_opacities,
        figures=lambda phantoms, infer, _, size: opacity_figures(phantoms, infer, size),
    ),
    "lungs-lobes": Int8Task(
        size=(256, 256),
        image=lobe_input,
        rearrange=_rearranged_lobes,
        figures=lobe_figures,
        agreement=lobe_agreement,
    ),
}
