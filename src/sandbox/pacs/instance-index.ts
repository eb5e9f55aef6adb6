import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DicomJson } from '../../dicomweb/dicom-json.ts';
import { LobarError } from '../../errors.ts';
import { isUid } from '../../uid.ts';
import { datasetToJson } from './dicom-json.ts';
import { type ReadDataset, readDatasetFile } from './read-dataset.ts';
import { searchAttributes } from './search-attributes.ts';

export interface IndexedInstance {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly file: string;
  readonly transferSyntaxUid: string;
  /** What QIDO-RS matches and returns. */
  readonly attributes: DicomJson;
}

/** What the PACS holds, by study, series and instance, in the order in which it was found. */
export class InstanceIndex {
  readonly #bySopInstance = new Map<string, IndexedInstance>();
  readonly #bySeries = new Map<string, IndexedInstance[]>();
  readonly #seriesByStudy = new Map<string, string[]>();

  has(sopInstanceUid: string): boolean {
    return this.#bySopInstance.has(sopInstanceUid);
  }

  /** False, and nothing changed, when an instance of that UID is there already. */
  add(instance: IndexedInstance): boolean {
    const { studyUid, seriesUid, sopInstanceUid } = instance;
    if (this.has(sopInstanceUid)) return false;
    this.#bySopInstance.set(sopInstanceUid, instance);
    const key = `${studyUid}/${seriesUid}`;
    const series = this.#bySeries.get(key);
    if (series === undefined) {
      this.#bySeries.set(key, [instance]);
      this.#seriesByStudy.set(studyUid, [...(this.#seriesByStudy.get(studyUid) ?? []), seriesUid]);
    } else {
      series.push(instance);
    }
    return true;
  }

  studyUids(): string[] {
    return [...this.#seriesByStudy.keys()];
  }

  seriesUids(studyUid: string): readonly string[] {
    return this.#seriesByStudy.get(studyUid) ?? [];
  }

  /** The instances of a study, of one of its series, or one of them; none where it is not there. */
  instances(studyUid: string, seriesUid?: string, sopInstanceUid?: string): readonly IndexedInstance[] {
    if (seriesUid === undefined)
      return this.seriesUids(studyUid).flatMap((uid) => this.instances(studyUid, uid));
    const series = this.#bySeries.get(`${studyUid}/${seriesUid}`) ?? [];
    if (sopInstanceUid === undefined) return series;
    return series.filter((instance) => instance.sopInstanceUid === sopInstanceUid);
  }
}

/**
 * Indexes every DICOM Part 10 file below a folder, in the order of their names; other files are passed over.
 *
 * @throws LobarError `no-images` when the folder cannot be read.
 */
export async function indexFolder(folder: string): Promise<InstanceIndex> {
  const index = new InstanceIndex();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new LobarError('no-images', { where: 'the folder of the PACS, which cannot be read' }, { cause });
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const instance = await indexFile(file);
    if (instance !== undefined) index.add(instance);
  }
  return index;
}

/** Undefined for what has no place in a study: no UIDs, such as a DICOMDIR. */
export function indexDataset(read: ReadDataset, file: string): IndexedInstance | undefined {
  const json = datasetToJson(read);
  const uid = (tag: string) => {
    const value = json[tag]?.Value?.[0];
    return typeof value === 'string' && isUid(value) ? value : undefined;
  };
  const [studyUid, seriesUid, sopInstanceUid] = [uid('0020000D'), uid('0020000E'), uid('00080018')];
  if (studyUid === undefined || seriesUid === undefined || sopInstanceUid === undefined) return undefined;
  const kept = Object.entries(json).filter(([tag]) => searchAttributes.has(tag));
  return {
    studyUid,
    seriesUid,
    sopInstanceUid,
    file,
    transferSyntaxUid: read.transferSyntaxUid,
    attributes: Object.fromEntries(kept),
  };
}

async function indexFile(file: string): Promise<IndexedInstance | undefined> {
  if (!(await stat(file)).isFile()) return undefined;
  try {
    return indexDataset(await readDatasetFile(file), file);
  } catch (error) {
    if (error instanceof LobarError) return undefined;
    throw error;
  }
}
