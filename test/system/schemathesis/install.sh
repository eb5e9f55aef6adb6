#!/usr/bin/env bash
# Installs Schemathesis (../install-python.sh) and tells its command. With --check it installs nothing.
set -euo pipefail
environment=$("$(dirname "$0")/../install-python.sh" test/system/schemathesis Schemathesis "${SCHEMATHESIS_HOME:-}" "${1:-}")
echo "$environment/bin/schemathesis"
