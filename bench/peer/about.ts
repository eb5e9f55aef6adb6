import type { SuiteResult } from '../suite.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: one chest CT (LIDC-IDRI-0314, 275 slices of 512 x 512, as stored in implicit little endian) out of
Orthanc on the same machine, from the first request to the PACS to the findings: class probabilities, involvement of
lungs and lobes, severity score. Nothing is published.

- **peer** is the pipeline as an engineer of a hospital would write it today in Python (\`bench/peer/peer\`, read it):
  dicomweb-client, pydicom with pyjpegls, NumPy, SciPy, OpenCV, SimpleITK, scikit-image and ONNX Runtime; the same ONNX
  files, the parameters of the same manifests, the same steps with the same numbers, each by the usual function of
  these libraries, on whole arrays. It stops at findings as JSON: no checks of what arrives beyond those of pydicom, no
  choice of a series but the largest, no warnings, no report, no FHIR.
- **lobar** is the service, \`lobar serve\` as shipped but for \`inference.provider: cpu\`, asked by
  \`POST /v1/analyses\` with \`publish: false\`. So it does more: it lists the study, judges every series, checks
  every instance against the listing, and says what is doubtful about the lungs.
- **fp32** runs the main file of every package; **int8** the quantised one of those that look at slices
  (\`inference.variants: auto\`, Lobar's default). Both give ONNX Runtime every core: the peer by ONNX Runtime's own
  defaults (one session a network with a thread a core, which spin while they wait), Lobar by its own (lanes, threads
  that do not spin).

Each case is a process of its own in every round, and the cases take turns. *Cold* is from the start of the process
to its first answer, networks opened on the way; the others are of the second study of the process. CPU is user and
system time of all threads of the process, Orthanc not in it; peak RSS the kernel's (VmHWM) after both studies. A stage's
time is as the process itself tells it; stages of Lobar that overlap are counted in each of them.

How far both are apart is measured once before, in fp32, on this study, on a small real chest (cip-ct64) and on a
phantom, and again in every timed answer: where they are out of tolerance the suite fails. What differs is rounding,
and voxels at a fissure that are as near to one lobe as to the other.
`;

export const whyMissed: SuiteResult['whyMissed'] = {
  'lidc-0314': {
    'peer fp32 / lobar fp32: wall':
      'Both run the same networks through the same runtime on the same cores, and they are most of the time: see the ' +
      'stages of each. Only what is around them, and how far it overlaps with them, can differ.',
    'peer fp32 / lobar int8: wall':
      'INT8 makes the networks of slices faster, and nothing of what is around them; see the stages and ' +
      '"peer int8 / lobar int8: wall".',
  },
};
