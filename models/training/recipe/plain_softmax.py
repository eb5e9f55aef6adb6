"""The softmax of the lobe network in steps that ONNX Runtime takes over whole planes."""

import numpy as np
import onnx
from onnx import NodeProto, helper, numpy_helper

PIXELS = 4
"""That the last convolution answers for at once, in its channels; DepthToSpace then lays them out."""


def plain_softmax(model: onnx.ModelProto) -> list[str]:
    """
    Rewrites, in place, a graph that ends in Conv, DepthToSpace and Softmax over the channels. ONNX Runtime's own
    turns the whole answer round, there and back, to have the channels side by side: a third of the network's
    time. Here the channels of the convolution are put in the order [pixel, label], and largest logit,
    difference, exponential, sum and quotient are each one pass over planes, before the pixels are laid out.

    Gives the names of the new nodes, which stay float32. Raises ValueError for another graph.
    """
    graph = model.graph
    nodes = list(graph.node)
    if [node.op_type for node in nodes[-3:]] != ["Conv", "DepthToSpace", "Softmax"]:
        raise ValueError("this is not the graph of a lobe network")
    convolution, output = nodes[-3], graph.output[0].name
    labels = _pixels_first(graph, convolution)
    constants = {"softmax/split": [0, PIXELS, labels, -1], "softmax/labels": [2]}
    graph.initializer.extend(
        numpy_helper.from_array(np.array(value, np.int64), name) for name, value in constants.items()
    )
    logits = convolution.output[0]
    steps = [
        ("Shape", "shape", [logits], {}),
        ("Reshape", "logits", [logits, "softmax/split"], {}),
        ("ReduceMax", "largest", ["softmax/logits"], {"axes": [2], "keepdims": 1}),
        ("Sub", "below", ["softmax/logits", "softmax/largest"], {}),
        ("Exp", "exponential", ["softmax/below"], {}),
        ("ReduceSum", "sum", ["softmax/exponential", "softmax/labels"], {"keepdims": 1}),
        ("Div", "quotient", ["softmax/exponential", "softmax/sum"], {}),
        ("Reshape", "channels", ["softmax/quotient", "softmax/shape"], {}),
        ("DepthToSpace", "planes", ["softmax/channels"], {"blocksize": 2, "mode": "DCR"}),
    ]
    added: list[NodeProto] = [
        helper.make_node(kind, inputs, [f"softmax/{name}"], f"softmax/{name}", **attributes)
        for kind, name, inputs, attributes in steps
    ]
    added[-1].output[0] = output
    del graph.node[:], graph.value_info[:]
    graph.node.extend([*nodes[:-2], *added])
    return [node.name for node in added]


def _pixels_first(graph: onnx.GraphProto, convolution: NodeProto) -> int:
    """Its channels from [label, pixel], which DepthToSpace takes in mode CRD, to [pixel, label]; gives the labels."""
    labels = 0
    for tensor in graph.initializer:
        if tensor.name in convolution.input[1:]:
            values = numpy_helper.to_array(tensor)
            labels = values.shape[0] // PIXELS
            split = values.reshape(labels, PIXELS, *values.shape[1:])
            turned = np.ascontiguousarray(split.swapaxes(0, 1)).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(turned, tensor.name))
    return labels
