#!/usr/bin/env bash
# Puts ONNX Runtime's CUDA provider beside the runtime of the npm package, which has none, on a machine of your own; the
# image has it already (Dockerfile, from which version and checksum come). Quick when it is there. Linux on x64; needs
# Python 3.10 or later, with venv.
#   install-cuda-provider.sh [--with-libraries] [--to FOLDER]
#   --with-libraries  also CUDA 13, cuDNN 9 and NVRTC from PyPI (2 GB), below node_modules/.cache; prints, as the only
#                     line on stdout, the LD_LIBRARY_PATH that finds them
#   --to FOLDER       instead of node_modules/onnxruntime-node/bin/napi-v6/linux/x64; libonnxruntime.so.1 is in it
# Take it away again: rm node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_*.so
set -euo pipefail
cd "$(dirname "$0")/../.."
to=node_modules/onnxruntime-node/bin/napi-v6/linux/x64 libraries=
while [ $# -gt 0 ]; do
  case $1 in
    --with-libraries) libraries=yes ;;
    --to) to=$2 && shift ;;
    *) sed -n 's/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
  esac
  shift
done
argument() { sed -n "s/^ARG $1=//p" Dockerfile; }
version=$(argument ORT_VERSION) sha256=$(argument ORT_WHEEL_SHA256) wheel=$(basename "$(argument ORT_WHEEL)")
cache=$PWD/node_modules/.cache/lobar-cuda
mkdir -p "$cache"

installed=$(node -p 'require("onnxruntime-node/package.json").version')
[ "$installed" = "$version" ] || { echo "onnxruntime-node is $installed, the provider is $version" >&2; exit 1; }

if ! echo "$sha256  $cache/$wheel" | sha256sum --check --strict --status 2>/dev/null; then
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --platform manylinux_2_28_x86_64 --python-version 3.12 --dest "$cache" "onnxruntime-gpu==$version" >&2
  echo "$sha256  $cache/$wheel" | sha256sum --check --strict >&2
fi
python3 - "$cache/$wheel" "$to" >&2 <<'PYTHON'
import shutil, sys, zipfile
from pathlib import Path

wheel, to = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in ("libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"):
        part = Path(to, name + ".part")  # never half a library under its name
        with archive.open("onnxruntime/capi/" + name) as source, part.open("wb") as target:
            shutil.copyfileobj(source, target)
        print(part.rename(Path(to, name)))
PYTHON

if [ -n "$libraries" ]; then
  if ! cmp --quiet bench/gpu/requirements.txt "$cache/libraries/installed"; then
    python3 -m venv --clear "$cache/libraries"
    "$cache/libraries/bin/python" -m pip install --quiet --disable-pip-version-check -r bench/gpu/requirements.txt >&2
    cp bench/gpu/requirements.txt "$cache/libraries/installed"
  fi
  LD_LIBRARY_PATH=$(find "$cache/libraries/lib" -name '*.so.*' -path '*/nvidia/*' -printf '%h\n' | sort -u | paste -sd:)
  export LD_LIBRARY_PATH
  echo "$LD_LIBRARY_PATH"
fi
# Says what is missing beside the driver.
sh docker/check-cuda.sh "$to"
ldd "$to/libonnxruntime_providers_cuda.so" | grep 'not found' >&2 || true
