import type { SuiteResult } from '../suite.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: the reporter of the service, one thread beside the main one, on a phantom of 300 slices of 512 x 512
with its own masks. CPU is that of the whole process, all its threads, from the order to draw to the last document; of
the fourth report of a process, as the service is warm too, and of its first.

- **pictures, PDF, HTML** is what a report costs that goes to the EHR and the reading page.
- **volumes** are CT, lobes and opacities around the lungs as NIfTI-1, for the viewer of the page, and nothing else: no
  picture is drawn.
- **DICOM objects** are SEG, SR, Encapsulated PDF and Secondary Capture, with the pictures that are in them.
- **packing the pixels by zlib** is the floor: the pixels of the pictures packed once, at the level that zlib has by
  itself. A PDF and an HTML file hold the same pictures, each packed.
- **pipeline on the CPU** is what the networks and all that is around them take for the same volume.
`;

export const whyMissed: SuiteResult['whyMissed'] = {};
