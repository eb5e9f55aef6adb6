#!/usr/bin/env bash
# Makes a stand-in for the base image of the Dockerfile, for machines that reach a mirror of Debian and no registry of
# images: Debian of the same release, the Node.js of the npm package `node`, the npm of this machine, the user `node`.
# It goes into a store of images of its own, below node_modules/.cache, and never into that of the user, where it would
# pass for the real one. Prints the options by which buildah uses that store. Quick when there is nothing to do.
# Needs root.
set -euo pipefail
cd "$(dirname "$0")/../../.."
image=docker.io/library/node:24-bookworm-slim
node=$PWD/node_modules/node/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(PATH=${PATH//$PWD\/node_modules\/.bin:/} command -v npm)")")")
cache=$PWD/node_modules/.cache/lobar-image
mkdir -p "$cache"
cache=$(readlink -f "$cache")

# Without overlays, as in most containers, every layer is a whole copy.
storage=(--root "$cache/storage" --runroot "$cache/run" --storage-driver overlay)
buildah "${storage[@]}" images >/dev/null 2>&1 || storage[5]=vfs
echo "${storage[*]}"

stamp="$("$node" --version), npm $("$node" -p 'require(process.argv[1]).version' "$npm/package.json"), $(sha256sum <"$0")"
made() { [[ $(buildah "${storage[@]}" inspect --format '{{index .OCIv1.Config.Labels "stamp"}}' "$image" 2>/dev/null) == "$stamp" ]]; }
made && exit 0
exec 9>"$cache/lock"
flock 9
made && exit 0

log=$(mktemp)
root=$(mktemp --directory --tmpdir="$cache")
trap 'rm -rf "$root" "$log"' EXIT
trap 'cat "$log" >&2; echo "The stand-in for $image is not made. What was said stands above." >&2' ERR
# The mirror that apt here uses for this release, where it does.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(CREATED_BY) $(REPO_URI)' |
  awk '$1 == "Debian" && $2 == "bookworm" && $3 == "Packages" { print $4; exit }')
debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >>"$log" 2>&1
# What the slim images of Debian leave out too.
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,info,locale,man}/*
chroot "$root" groupadd --gid 1000 node
chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
install -m 755 "$node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -rL "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
{
  container=$(buildah "${storage[@]}" from scratch)
  buildah "${storage[@]}" add --quiet "$container" "$root" /
  buildah "${storage[@]}" config --cmd node --label "stamp=$stamp" \
    --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah "${storage[@]}" commit --quiet --rm "$container" "$image"
} >>"$log" 2>&1
