"""What the tests need that only training needs."""

import importlib.util
import unittest

needs_torch = unittest.skipUnless(
    importlib.util.find_spec("torch"), "PyTorch is not installed: see models/training/requirements-train.txt"
)
needs_onnxruntime = unittest.skipUnless(
    all(importlib.util.find_spec(name) for name in ("torch", "onnx", "onnxruntime")),
    "PyTorch, ONNX or ONNX Runtime is not installed: see models/training/requirements-train.txt",
)
