import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Phantom } from '../../src/sandbox/phantom/generate-phantom.ts';
import type { Pathology } from '../../src/sandbox/phantom/lesions.ts';
import type { PhantomTruth } from '../../src/sandbox/phantom/truth.ts';
import { writePhantomStudy } from './phantom-study.ts';

export interface PhantomCase {
  readonly seed: number;
  readonly pathology: Pathology;
  readonly label: string;
}

export interface PhantomCohort {
  /** The CSV file. */
  readonly table: string;
  /** By the id of the case. */
  readonly truths: ReadonlyMap<string, PhantomTruth>;
  readonly studyUids: ReadonlyMap<string, string>;
}

/** Writes phantoms below a folder, with masks beside them, and a cohort table of them. */
export async function writePhantomCohort(
  folder: string,
  cases: readonly PhantomCase[],
): Promise<PhantomCohort> {
  const rows: string[] = [];
  const truths = new Map<string, PhantomTruth>();
  const studyUids = new Map<string, string>();
  for (const { seed, pathology, label } of cases) {
    const name = `case-${seed}`;
    await mkdir(join(folder, name), { recursive: true });
    const written = await writePhantomStudy(join(folder, name, 'images'), { seed, pathology, matrix: 64 });
    const { phantom } = written;
    truths.set(name, written.truth);
    studyUids.set(name, written.study.studyInstanceUid);
    await writeFile(join(folder, name, 'lobes.nrrd'), nrrdOf(phantom, phantom.lobes));
    await writeFile(join(folder, name, 'opacities.nrrd'), nrrdOf(phantom, phantom.opacities));
    rows.push(`${name},${name}/images,${label},${name}/lobes.nrrd,${name}/opacities.nrrd`);
  }
  const table = join(folder, 'cohort.csv');
  await writeFile(table, `id,study,label,lobes,opacities\n${rows.join('\n')}\n`);
  return { table, truths, studyUids };
}

function nrrdOf({ shape, spacingMm, originMm }: Phantom, labels: Uint8Array): Buffer {
  const [z, y, x] = spacingMm;
  const header = `NRRD0004
type: uint8
dimension: 3
space: left-posterior-superior
sizes: ${shape.toReversed().join(' ')}
space directions: (${x},0,0) (0,${y},0) (0,0,${z})
encoding: gzip
space origin: (${originMm.join(',')})

`;
  return Buffer.concat([Buffer.from(header), gzipSync(labels)]);
}
