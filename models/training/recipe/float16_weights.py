"""ONNX models whose weights are stored as float16 and cast when the model is loaded."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .fuse import SMALLEST

SUFFIX = "_float16"


def store_as_float16(model: onnx.ModelProto) -> None:
    """
    Replaces large float32 initialisers with float16 ones and a Cast, in place. ONNX Runtime folds the Cast
    when it loads the model, so that arithmetic stays float32.
    """
    casts, initialisers = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST:
            initialisers.append(tensor)
            continue
        stored = f"{tensor.name}{SUFFIX}"
        initialisers.append(numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    _replace(model, nodes, initialisers)


def restore_float32(model: onnx.ModelProto) -> None:
    """
    The other way round, in place, for tools that want to see the weights. Each node gets its own: PyTorch's
    exporter stores equal ones once, and the others as Identity of them.
    """
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes, initialisers = [], dict(stored)
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in stored:
            values = numpy_helper.to_array(stored[node.input[0]]).astype(np.float32)
            del initialisers[node.input[0]]
            initialisers[node.output[0]] = numpy_helper.from_array(values, node.output[0])
        elif node.op_type == "Identity" and node.input[0] in initialisers:
            values = numpy_helper.to_array(initialisers[node.input[0]])
            initialisers[node.output[0]] = numpy_helper.from_array(values, node.output[0])
        else:
            nodes.append(node)
    _replace(model, nodes, list(initialisers.values()))


def _replace(
    model: onnx.ModelProto, nodes: list[onnx.NodeProto], initialisers: list[onnx.TensorProto]
) -> None:
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.initializer[:]
    model.graph.initializer.extend(initialisers)
