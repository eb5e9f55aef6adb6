#!/usr/bin/env bash
# Installs a Python program of tests or benchmarks into a virtual environment of its own, below node_modules/.cache, from
# the requirements.txt of its folder in the repository, and tells where it is. Quick when nothing has changed since. With
# --check it installs nothing, and fails where there is something to do. Needs Python 3.10 or later, with venv.
#   install-python.sh FOLDER NAME ENVIRONMENT [--check]     ENVIRONMENT: another place for it, or nothing
set -euo pipefail
folder=$1 name=$2 environment=$3 mode=${4:-}
cd "$(dirname "$0")/../.."
requirements=$folder/requirements.txt
cache=$PWD/node_modules/.cache
[ -d node_modules ] || cache=${TMPDIR:-/tmp}
environment=${environment:-$cache/lobar-${folder##*/}}
# Which requirements it was filled from.
if ! cmp --quiet "$requirements" "$environment/installed"; then
  if [[ $mode == --check ]]; then
    echo "$name is not installed: run test/system/install-peers.sh, or $folder/install.sh" >&2
    exit 1
  fi
  echo "Installs $name into $environment: some minutes" >&2
  python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
  cp "$requirements" "$environment/installed"
fi
echo "$environment"
