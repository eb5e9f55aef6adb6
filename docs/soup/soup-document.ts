import { type BaseImages, baseImages } from './base-images.ts';
import { bundledPackages } from './bundled-packages.ts';
import { countLicences, isPermissive } from './licences.ts';
import { type LockedPackage, lockedPackages } from './locked-packages.ts';
import type { PackageEntries, PackageEntry } from './package-entry.ts';
import { ground } from './packages/ground.ts';
import { images } from './packages/images.ts';
import { records } from './packages/records.ts';
import { service } from './packages/service.ts';
import { type ShippedModel, shippedModels } from './shipped-models.ts';

export const chapters: readonly { readonly title: string; readonly entries: PackageEntries }[] = [
  { title: 'From the PACS to findings', entries: images },
  { title: 'From findings to the EHR', entries: records },
  { title: 'Asked over HTTP, and asking others', entries: service },
  { title: 'Configuration, log, metrics, traces', entries: ground },
];

/** docs/SOUP.md from the files of the repository at `root`, and from what docs/soup/packages says of each package. */
export function soupDocument(root: URL): string {
  const packages = lockedPackages(root);
  return [
    introduction,
    platform(baseImages(root)),
    models(shippedModels(root)),
    '## Packages that Lobar names',
    '',
    ...chapters.flatMap(({ title, entries }) => chapter(title, entries, packages)),
    licences(packages),
    page(bundledPackages(root)),
    transitive(packages),
  ].join('\n');
}

const introduction = `# Software of unknown provenance

<!-- Written by npm run soup from package-lock.json, the Dockerfile, models/ and docs/soup/packages. Do not edit. -->

**Lobar is research software and no medical device.** A site that makes it a part of one needs this list: IEC 62304 calls
it SOUP, wants each item identified (8.1.2), what is required of it (5.3.3) and what it runs on (5.3.4), and its published
anomalies judged (7.1.3). The list is a beginning: which failure could harm whom depends on the intended use, which is
yours to state.

- Every version below is the one that is shipped: \`npm ci\` installs what package-lock.json pins by hash, and the image
  carries a CycloneDX bill of materials of itself, \`/app/sbom.cdx.json\`.
- "Checked by" names tests that fail when the item does not do what is required of it. \`npm test\` and
  \`npm run test:system\` run them against these very versions.
- Before each release, and every month of operation: read the lists of anomalies; \`npm audit --omit=dev\`; scan image and
  bill of materials. What matters becomes an entry under "known anomalies", with a test of what guards against it.
- A new dependency without an entry fails \`test/docs/soup.test.ts\`.
`;

function platform({ node, cuda, onnxRuntime, wheelSha256 }: BaseImages): string {
  return `## What it runs on

Linux with glibc 2.28 or newer on x64 or arm64 (GPU image: x64), Node.js 22.19 or newer, 64-bit; memory and CPUs:
[OPERATING.md](OPERATING.md). All packages below need no more than that.

| item | version | maker, anomalies | licence | for | known anomalies, what to do |
|---|---|---|---|---|---|
| base image, CPU | \`${node}\` | [Docker, Node.js](https://github.com/nodejs/docker-node/issues), [Debian](https://security-tracker.debian.org) | MIT, and of Debian's packages many: **GPL, LGPL** among them (glibc, bash, coreutils), unchanged and in processes of their own or linked dynamically | C library, Node.js | a tag: pin it by digest for a release, build anew for fixes |
| Node.js | of the base image, in both images | [OpenJS Foundation](https://nodejs.org/en/blog/vulnerability) | MIT, with parts under [others](https://github.com/nodejs/node/blob/main/LICENSE) | runs everything; TLS is its OpenSSL | follow its security releases: build the image anew |
| base image, GPU | \`${cuda}\` | [NVIDIA](https://docs.nvidia.com/cuda/cuda-toolkit-release-notes), [Ubuntu](https://ubuntu.com/security/cves) | **proprietary**: [NVIDIA Deep Learning Container License](https://developer.nvidia.com/ngc/nvidia-deep-learning-container-license), CUDA and cuDNN terms; Ubuntu's packages as above | CUDA, cuDNN | read the terms before you pass the image on to others |
| CUDA provider of ONNX Runtime | ${onnxRuntime}, wheel sha256 \`${wheelSha256}\` | [Microsoft](https://github.com/microsoft/onnxruntime/issues) | MIT | runs the networks on a GPU | must be of the version of onnxruntime-node; the build fails where a library is missing |
| GPU driver, container toolkit | yours | [NVIDIA](https://docs.nvidia.com/datacenter/tesla) | proprietary | | 580 or newer, on the nodes |
| NATS server, where \`queue.url\` is set | yours, 2.9 or newer | [NATS](https://github.com/nats-io/nats-server/issues) | Apache-2.0 | the shared queue | [QUEUE.md](QUEUE.md) |
`;
}

function models(all: readonly ShippedModel[]): string {
  const rows = all.flatMap(({ name, version, task, file, sha256, trainingData, licence, variants = [] }) => [
    `| ${name} ${version} | ${task} | \`${file}\` | \`${sha256}\` | ${licence} | ${trainingData} |`,
    ...variants.map(
      (variant) =>
        `| ${name} ${version}, on ${variant.provider} | ${task} | \`${variant.file}\` | \`${variant.sha256}\` | ${licence} | the same |`,
    ),
  ]);
  return `## Networks

Not SOUP, as how they were made is known (\`models/training\`), but what findings depend on most. Nobody has measured them
on patients. Networks of your own: [models/README.md](../models/README.md). Each start checks the sums, and each report
names them.

| network | task | file | sha256 | licence | trained on |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function chapter(title: string, entries: PackageEntries, packages: readonly LockedPackage[]): string[] {
  const rows = packages.flatMap((one) => {
    const entry = entries[one.name];
    return one.isDirect && entry ? [row(one, entry)] : [];
  });
  return [
    `### ${title}`,
    '',
    '| package | for | required of it | known anomalies, what guards | checked by |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function row({ name, version, licence }: LockedPackage, entry: PackageEntry): string {
  const { maker, issues, purpose, required, anomalies = '', tests } = entry;
  const item = `**${name}** ${version}<br>${licence}<br>[${maker}](${issues})`;
  const checks = tests.map((file) => `\`${file.replace(/^test\//, '')}\``).join('<br>');
  return `| ${item} | ${purpose} | ${required} | ${anomalies} | ${checks} |`;
}

function licences(packages: readonly LockedPackage[]): string {
  const others = packages.filter(({ licence }) => !isPermissive(licence));
  const counts = countLicences(packages).map(([licence, count]) => `${licence} (${count})`);
  const verdict =
    others.length === 0
      ? 'All are permissive: they ask for their text to be passed on.'
      : `**Not permissive**: ${others.map(({ name, licence }) => `${name} (${licence})`).join(', ')}.`;
  return `## Licences

Of ${packages.length} packages: ${counts.join(', ')}. ${verdict}

WebAssembly in packages has licences of its own: CharLS BSD-3-Clause; OpenJPH and OpenJPEG BSD-2-Clause; libjpeg IJG
(dcmjs-codecs holds it, and libjxl, BSD-3-Clause, which Lobar does not call). The definitions of FHIR are HL7's, CC0-1.0.
What is not permissive is in the base images, see above. Noto Sans, Copyright 2022 The Noto Project Authors, is under the
SIL Open Font License 1.1: PDFs carry the letters that they use, which asks for nothing; who passes the font itself on
passes its \`LICENSE_FONT\` on, which is beside it in the image.

The image carries the file of each licence as it came with its package. abstract-logging, onnxruntime-common,
onnxruntime-node, standardwebhooks and the binaries of @napi-rs/nice came without: who passes the image on adds the text
of MIT with their names, and ONNX Runtime's
[ThirdPartyNotices](https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt).
`;
}

function page(bundled: readonly LockedPackage[]): string {
  const rows = bundled.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return `## In the reading page

What the browser runs is built of \`src/page\` and of packages, which lie in \`src/page/dist\` and not in \`node_modules\`: of
those above dicom-parser, which reads headers of dropped files, and oauth4webapi, which signs a reader in; and these, of
which NiiVue, [its anomalies](https://github.com/niivue/niivue/issues), shows slices and volumes and brings the others,
not all of which are taken in: \`src/page/dist/licences.txt\` has the licences of those that are. No finding is computed by
any of it: it shows what the service says, and a viewer that fails leaves the report as it is.

| package | version | licence |
|---|---|---|
${rows.join('\n')}
`;
}

function transitive(packages: readonly LockedPackage[]): string {
  const rows = packages
    .filter(({ isDirect }) => !isDirect)
    .map(({ name, version, licence, isOptional }) => {
      return `| ${name} | ${version} | ${licence} | ${isOptional ? 'some platforms only' : ''} |`;
    });
  return `## Packages that come with those

\`npm ls --omit=dev <name>\` says with which.

| package | version | licence | |
|---|---|---|---|
${rows.join('\n')}
`;
}
