#!/usr/bin/env bash
# Builds etcd, Kubernetes' servers, kubectl and kwok (main.go) into node_modules/.cache/lobar-cluster/control-plane, of
# the versions and checksums in go.mod and go.sum. Quick when nothing has changed since; the first time it fetches
# about 300 MB of Go modules and compiles for minutes. With --check it builds nothing, and fails where there is
# something to build.
set -euo pipefail
cd "$(dirname "$0")"
target=$PWD/../../../node_modules/.cache/lobar-cluster

needed=$(awk '$1 == "go" { print $2 }' go.mod)
have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [[ -z $have || $(printf '%s\n' "$needed" "$have" | sort --version-sort | head -n 1) != "$needed" ]]; then
  echo "The cluster needs Go $needed or later to be built, and here is ${have:-none}: install it from https://go.dev/dl" >&2
  exit 1
fi

sources=$({ sha256sum build.sh go.mod go.sum main.go && echo "$have"; } | sha256sum)
built() { [[ -x $target/control-plane && -f $target/built && $(<"$target/built") == "$sources" ]]; }
built && exit 0
if [[ ${1:-} == --check ]]; then
  echo "The cluster is not built: run test/cluster/control-plane/build.sh" >&2
  exit 1
fi

# One at a time: the next one finds it built.
mkdir -p "$target"
exec 9>"$target/.lock"
flock 9
built && exit 0
rm -f "$target/built"
# Servers tell their version, and Helm asks for it.
version=$(awk '$1 == "k8s.io/kubernetes" { print $2 }' go.mod)
IFS=. read -r major minor _ <<<"${version#v}"
says=k8s.io/component-base/version.git
CGO_ENABLED=0 GOFLAGS='' go build -mod=readonly -buildvcs=false -trimpath -o "$target/control-plane" \
  -ldflags "-s -w -X ${says}Version=$version -X ${says}Major=$major -X ${says}Minor=$minor" .
echo "$sources" >"$target/built"
echo "Built: a Kubernetes cluster, in ${SECONDS} s"
