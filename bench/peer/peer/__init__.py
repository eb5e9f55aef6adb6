"""The pipeline as one would write it in Python with the usual packages: what Lobar is compared with."""

import os

# ONNX Runtime's own telemetry, as src/inference/refuse-telemetry.ts says; before anything of here imports it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
