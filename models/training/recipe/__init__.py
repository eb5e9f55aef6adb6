"""Trains and exports the networks of PIPELINE.md with phantoms (see ../README.md)."""

import os

# ONNX Runtime would tell Microsoft what it does, unless this is set before its first session.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
