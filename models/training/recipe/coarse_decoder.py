"""The opacity network with its narrow last levels on coarser grids: the same answer, faster as INT8."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper

from .coarse_weights import coarse_weights, coarse_weights_of_doubled

NARROW = 16
"""Below so many output channels ONNX Runtime has no direct INT8 convolution, and copies every patch instead."""


def coarsen_decoder(model: onnx.ModelProto) -> None:
    """
    Rewrites, in place, the levels of a `ResNetUNet` with a sigmoid from the first narrow one on: each works at the
    size that it doubles, on four pixels as the channels of one, and the last convolution on sixteen. Where the
    last level is not narrow (the paper's width) nothing is done.

    Raises ValueError for another graph.
    """
    graph = model.graph
    nodes = [node for node in graph.node if node.op_type != "Constant"]
    constants = [node for node in graph.node if node.op_type == "Constant"]
    starts = [at for at, node in enumerate(nodes) if node.op_type == "Resize"]
    if [node.op_type for node in nodes[-2:]] != ["Conv", "Sigmoid"] or not starts:
        raise ValueError("this is not the graph of an opacity network")
    ends = [*starts[1:], len(nodes) - 2]
    levels = [nodes[start:end] for start, end in zip(starts, ends)]
    coarse = _Coarse(model)
    narrow = [at for at, level in enumerate(levels) if coarse.width(_convolutions(level)[0]) < NARROW]
    if len(levels) - 1 not in narrow:
        return
    source = levels[narrow[0]][0].input[0]
    for at in range(narrow[0], len(levels)):
        source = coarse.level(f"level{at}", levels[at], source)
        if at < len(levels) - 1:
            source = coarse.node("DepthToSpace", f"level{at}/fine", [source], blocksize=2, mode="DCR")
    source = coarse.convolution("head", nodes[-2], source, [coarse_weights(coarse.weights(nodes[-2]), 2, 4)], 4)
    source = coarse.node("DepthToSpace", "head/fine", [source], blocksize=4, mode="DCR")
    coarse.node("Sigmoid", "probability", [source])
    coarse.nodes[-1].output[0] = graph.output[0].name
    _replace(graph, [*constants, *nodes[: starts[narrow[0]]], *coarse.nodes], coarse.values)


class _Coarse:
    """The new nodes, in order, and the weights of the whole graph by name."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        self.nodes: list[NodeProto] = []
        self._shapes = {
            value.name: value.type.tensor_type.shape
            for value in onnx.shape_inference.infer_shapes(model).graph.value_info
        }

    def level(self, name: str, level: list[NodeProto], source: str) -> str:
        """One level of the decoder at the size of its source, its answer as cells of 2 x 2 pixels."""
        first, second = _convolutions(level)
        weights = self.weights(first)
        if level[1].op_type == "Concat":
            below = weights.shape[1] - self._shapes[level[1].input[1]].dim[1].dim_value
            beside = self.node("SpaceToDepth", f"{name}/beside", [level[1].input[1]], blocksize=2)
            source = self.node("Concat", f"{name}/both", [source, beside], axis=1)
            parts = [coarse_weights_of_doubled(weights[:, :below]), coarse_weights(weights[:, below:], 2, 2)]
        else:
            parts = [coarse_weights_of_doubled(weights)]
        source = self.node("Relu", f"{name}/a", [self.convolution(f"{name}/0", first, source, parts, 2)])
        parts = [coarse_weights(self.weights(second), 2, 2)]
        return self.node("Relu", f"{name}/b", [self.convolution(f"{name}/1", second, source, parts, 2)])

    def convolution(
        self, name: str, fine: NodeProto, source: str, parts: list[NDArray[np.float32]], block: int
    ) -> str:
        """The given weights, side by side along the input's channels, and the bias of `fine` for every pixel."""
        weights = np.concatenate(parts, axis=1)
        side = weights.shape[-1]
        self.values[f"{name}.weight"] = weights
        self.values[f"{name}.bias"] = np.tile(self.values[fine.input[2]], block * block)
        inputs = [source, f"{name}.weight", f"{name}.bias"]
        return self.node("Conv", name, inputs, kernel_shape=[side] * 2, strides=[side - 2] * 2, pads=[1] * 4)

    def node(self, kind: str, name: str, inputs: list[str], **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [f"{name}/out"], name, **attributes))
        return f"{name}/out"

    def weights(self, convolution: NodeProto) -> NDArray[np.float32]:
        return self.values[convolution.input[1]].astype(np.float32)

    def width(self, convolution: NodeProto) -> int:
        return self.weights(convolution).shape[0]


def _convolutions(level: list[NodeProto]) -> list[NodeProto]:
    """The two of a level: Resize, Concat where the encoder's features lie beside, Conv, Relu, Conv, Relu."""
    if [node.op_type for node in level if node.op_type != "Concat"] != ["Resize", "Conv", "Relu", "Conv", "Relu"]:
        raise ValueError("this is not the graph of an opacity network")
    return [node for node in level if node.op_type == "Conv"]


def _replace(
    graph: onnx.GraphProto, nodes: list[NodeProto], values: dict[str, NDArray[np.generic]]
) -> None:
    used = {name for node in nodes for name in node.input}
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(node for node in nodes if node.op_type != "Constant" or node.output[0] in used)
    graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in values.items() if name in used
    )
