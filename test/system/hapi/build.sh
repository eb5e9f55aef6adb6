#!/usr/bin/env bash
# Builds HAPI FHIR as a strict server and a validator (pom.xml) into target/, which git ignores. Quick when nothing
# has changed since, and without a network once Maven has the jars: about 230 MB from Maven Central the first time.
# With --check it builds nothing, and fails where there is something to build.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
for tool in java javac jar mvn; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  echo "HAPI needs ${missing[*]}: run test/system/install-peers.sh, or apt-get install default-jdk-headless maven" >&2
  exit 1
fi

# What it is built of. The archive of classes fits no other JDK; the file `release` of a JDK says which it is.
jdk=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")/release
[[ -f $jdk ]] || jdk=pom.xml
sources=$({ find pom.xml src -type f -print0 | sort -z && printf '%s\0' "$jdk"; } | xargs -0 sha256sum | sha256sum)
built() {
  [[ -f target/built && $(<target/built) == "$sources" && -f target/hapi.jar && -f target/hapi.jsa ]] || return 1
  local jar
  while IFS= read -r -d : jar; do
    [[ -f $jar ]] || return 1
  done < <(tr -d '\n' <target/classpath && printf ':')
}
built && exit 0
if [[ ${1:-} == --check ]]; then
  echo "HAPI is not built: run test/system/install-peers.sh, or test/system/hapi/build.sh" >&2
  exit 1
fi

# One at a time: the next one finds it built.
exec 9>.lock
flock 9
built && exit 0
rm -rf target
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The classes that a start loads are kept as the JVM has them in memory, which makes each start a third shorter.
{
  mvn --batch-mode --quiet compile &&
    jar --create --file target/hapi.jar -C target/classes . &&
    timeout 300 java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit=target/hapi.jsa \
      -cp "$PWD/target/hapi.jar:$(<target/classpath)" lobar.hapi.HapiServer 0 --stop
} >"$log" 2>&1 || {
  cat "$log" >&2
  echo "HAPI is not built. What was said stands above; it needs a JDK of 17 or newer, and Maven Central." >&2
  exit 1
}
printf '%s' "$sources" >target/built
echo "Built: HAPI FHIR"
