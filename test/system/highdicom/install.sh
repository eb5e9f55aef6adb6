#!/usr/bin/env bash
# Installs highdicom into a virtual environment of its own, below node_modules/.cache, and tells its Python.
# Quick when nothing has changed since. With --check it installs nothing, and fails where there is something to do.
# Needs Python 3.10 or later, with venv.
set -euo pipefail
cd "$(dirname "$0")/../../.."
requirements=test/system/highdicom/requirements.txt
cache=$PWD/node_modules/.cache
[ -d node_modules ] || cache=${TMPDIR:-/tmp}
environment=${HIGHDICOM_HOME:-$cache/lobar-highdicom}
# Which requirements it was filled from.
if ! cmp --quiet "$requirements" "$environment/installed"; then
  if [[ ${1:-} == --check ]]; then
    echo "highdicom is not installed: run test/system/install-peers.sh, or test/system/highdicom/install.sh" >&2
    exit 1
  fi
  python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
  cp "$requirements" "$environment/installed"
fi
echo "$environment/bin/python"
