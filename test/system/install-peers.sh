#!/usr/bin/env bash
# Installs what the system tests talk to and compare with, from Debian: Orthanc with its plugins for DICOMweb and
# Python, curl (by which its hook calls), dcmtk and gdcm (which make other transfer syntaxes), dicom3tools (whose
# dciodvfy checks DICOM objects), pydicom (which says what the voxels are), poppler (which says what a PDF is), Chromium
# (which shows HTML and drives the page), strace (which says what is written to disk), Prometheus with promtool,
# nats-server; buildah, umoci, runc and debootstrap, which build and run the image, and docker-compose, which reads
# compose.yaml; a JDK and Maven where there are none, which build HAPI FHIR (hapi/build.sh); Schemathesis, highdicom and the
# pipeline in Python that benchmarks are against in virtual environments of their own.
# Quiet and harmless to repeat. Needs root, or sudo that asks no password.
set -euo pipefail

packages=(orthanc orthanc-dicomweb orthanc-python curl dcmtk dicom3tools libgdcm-tools python3-pydicom python3-numpy
  python3-venv poppler-utils chromium strace prometheus nats-server buildah umoci runc debootstrap docker-compose)
command -v javac >/dev/null || packages+=(default-jdk-headless)
command -v mvn >/dev/null || packages+=(maven)
here=$(dirname "$0")
others() {
  "$here/hapi/build.sh"
  "$here/schemathesis/install.sh" >/dev/null
  "$here/highdicom/install.sh" >/dev/null
  "$here/../../bench/peer/install.sh" >/dev/null
}

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
  others
  exit
fi

command -v apt-get >/dev/null || {
  cat >&2 <<TOLD
Not installed: ${missing[*]}.
There is no apt-get here. Run the system tests on Debian or Ubuntu, or in a container of one:
  docker run --rm -it -v "\$PWD:/lobar" -w /lobar node:24-bookworm bash
  test/system/install-peers.sh && npm ci && npm run test:system
TOLD
  exit 1
}
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  sudo -n true 2>/dev/null || {
    echo "Not installed: ${missing[*]}. Run this script as root, or: sudo apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo -n)
fi

# Debian starts Orthanc, Prometheus and NATS as services with their default ports; the tests start their own.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi

log=$(mktemp)
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1
}
# Package lists that are old, or not there at all, are fetched and it is tried again.
install || {
  "${as_root[@]}" apt-get -qq update >>"$log" 2>&1 || true
  install
} || {
  cat "$log" >&2
  echo "Not installed: ${missing[*]}. What apt-get said stands above." >&2
  exit 1
}
rm -f "$log"
echo "Installed: ${missing[*]}"
others
