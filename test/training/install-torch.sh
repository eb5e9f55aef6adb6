#!/usr/bin/env bash
# Prints a Python that has all that training, export and INT8 need, made from Debian 12's own PyTorch (CPU only, a tenth
# of PyPI's download), so that no test of models/training is skipped. Needs root, or sudo that asks no password.
set -euo pipefail
cd "$(dirname "$0")/../.."
as_root=()
[[ $(id -u) -eq 0 ]] || as_root=(sudo -n)
packages=(python3-torch python3-scipy python3-pil python3-venv)
dpkg-query --show "${packages[@]}" >/dev/null 2>&1 || {
  "${as_root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
}
environment=node_modules/.cache/lobar-training-torch
[ -x "$environment/bin/python" ] || /usr/bin/python3 -m venv --system-site-packages "$environment" >&2
# NumPy and SciPy stay those that Debian's PyTorch was built with; the rest is pinned as for everybody.
grep -E '^(pydicom|pynrrd)==' models/training/requirements.txt > "$environment/with-torch.txt"
grep -E '^(onnx|onnxruntime|ml_dtypes)==' models/training/requirements-train.txt >> "$environment/with-torch.txt"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$environment/with-torch.txt" >&2
echo "$environment/bin/python"
