#!/usr/bin/env bash
# Installs highdicom (../install-python.sh) and tells its Python. With --check it installs nothing.
set -euo pipefail
environment=$("$(dirname "$0")/../install-python.sh" test/system/highdicom highdicom "${HIGHDICOM_HOME:-}" "${1:-}")
echo "$environment/bin/python"
