#!/usr/bin/env bash
# The tests of models/training in a virtual environment of their own; Python 3.11 or later, with venv, must be there.
# LOBAR_TRAINING_PYTHON names an interpreter that has everything already, PyTorch too: then nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${LOBAR_TRAINING_PYTHON:-}
if [ -z "$python" ]; then
  cache=node_modules/.cache
  [ -d node_modules ] || cache=${TMPDIR:-/tmp}
  environment=$cache/lobar-training
  [ -x "$environment/bin/python" ] || python3 -m venv "$environment"
  python=$environment/bin/python
  "$python" -m pip install --quiet --disable-pip-version-check -r models/training/requirements.txt
fi
# One thread: the arrays are small.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export PYTHONPATH=models/training:test/training PYTHONDONTWRITEBYTECODE=1
exec "$python" -m unittest discover --start-directory test/training --pattern '*_test.py'
