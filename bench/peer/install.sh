#!/usr/bin/env bash
# Installs what the peer is made of (test/system/install-python.sh) and tells its Python. With --check it installs
# nothing. Needs Python 3.11.
set -euo pipefail
environment=$("$(dirname "$0")/../../test/system/install-python.sh" bench/peer 'the pipeline in Python' "${PEER_HOME:-}" "${1:-}")
echo "$environment/bin/python"
