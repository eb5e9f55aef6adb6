import type { DicomJson, DicomJsonAttribute } from '../../dicomweb/dicom-json.ts';
import { LobarError } from '../../errors.ts';
import type { IndexedInstance, InstanceIndex } from './instance-index.ts';
import { matchAttribute } from './match-attribute.ts';
import { type Level, matchKeywords, returnedAttributes } from './search-attributes.ts';

export interface Search {
  readonly level: Level;
  readonly studyUid?: string | undefined;
  readonly seriesUid?: string | undefined;
  /** The query string as parsed; a repeated parameter is a list. */
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  /** DICOMweb root, for Retrieve URL (0008,1190). */
  readonly root: string;
}

interface Filter {
  readonly tag: string;
  readonly value: string;
}

const allLevels: readonly Level[] = ['study', 'series', 'instance'];

/** Parameters of every search that are no attributes (PS3.18 Table 8.3.4-1). */
const controls = new Set(['limit', 'offset', 'includefield', 'fuzzymatching']);

/**
 * QIDO-RS (PS3.18 10.6): the studies, series or instances that match. `includefield` changes nothing: what
 * is indexed is always returned.
 *
 * @throws LobarError `request-invalid` for a parameter that is not supported.
 */
export function search(
  index: InstanceIndex,
  { level, studyUid, seriesUid, query, root }: Search,
): DicomJson[] {
  const filters = parseFilters(query);
  const candidates = (studyUid === undefined ? index.studyUids() : [studyUid]).flatMap((study) =>
    level === 'study'
      ? [index.instances(study)]
      : (seriesUid === undefined ? index.seriesUids(study) : [seriesUid]).flatMap((series) => {
          const instances = index.instances(study, series);
          return level === 'series' ? [instances] : instances.map((instance) => [instance]);
        }),
  );
  const results = candidates.flatMap((instances) => {
    const described = describe(index, level, instances, root);
    return described && filters.every(({ tag, value }) => matchAttribute(described[tag], value))
      ? [described]
      : [];
  });
  const offset = count(query, 'offset', 0);
  return results.slice(offset, offset + count(query, 'limit', results.length));
}

/** A study, series or instance by its instances: the attributes of its level and of those above. */
function describe(
  index: InstanceIndex,
  level: Level,
  instances: readonly IndexedInstance[],
  root: string,
): DicomJson | undefined {
  const [first] = instances;
  if (first === undefined) return undefined;
  const { studyUid, seriesUid, sopInstanceUid, attributes } = first;
  const levels = allLevels.slice(0, allLevels.indexOf(level) + 1);
  const own = levels.flatMap((one) => returnedAttributes[one]).filter((tag) => tag in attributes);
  const path = [`studies/${studyUid}`, `series/${seriesUid}`, `instances/${sopInstanceUid}`];
  const described: Record<string, DicomJsonAttribute> = {
    ...Object.fromEntries(own.map((tag) => [tag, attributes[tag] as DicomJsonAttribute])),
    '00080056': { vr: 'CS', Value: ['ONLINE'] },
    '00081190': { vr: 'UR', Value: [[root, ...path.slice(0, levels.length)].join('/')] },
    ...counts(index, level, first),
  };
  return Object.fromEntries(Object.entries(described).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function counts(
  index: InstanceIndex,
  level: Level,
  first: IndexedInstance,
): Record<string, DicomJsonAttribute> {
  const { studyUid, seriesUid, transferSyntaxUid } = first;
  if (level === 'instance') return { '00083002': { vr: 'UI', Value: [transferSyntaxUid] } };
  const study = index.instances(studyUid);
  const modalities = new Set(study.flatMap(({ attributes }) => attributes['00080060']?.Value ?? []));
  return {
    '00080061': { vr: 'CS', Value: [...modalities] },
    '00201206': { vr: 'IS', Value: [index.seriesUids(studyUid).length] },
    '00201208': { vr: 'IS', Value: [study.length] },
    ...(level === 'series'
      ? { '00201209': { vr: 'IS', Value: [index.instances(studyUid, seriesUid).length] } }
      : {}),
  };
}

function parseFilters(query: Search['query']): Filter[] {
  return Object.entries(query).flatMap(([name, value]) => {
    if (controls.has(name) || value === undefined) return [];
    const byTag = Object.values(matchKeywords).find(({ tag }) => tag === name.toUpperCase());
    const attribute = Object.hasOwn(matchKeywords, name) ? matchKeywords[name] : byTag;
    if (attribute === undefined) {
      const known = Object.keys(matchKeywords).join(', ');
      throw new LobarError('request-invalid', {
        problem: `a query parameter is not supported; known are ${known}`,
      });
    }
    return [value].flat().map((one) => ({ tag: attribute.tag, value: one }));
  });
}

function count(query: Search['query'], name: 'limit' | 'offset', otherwise: number): number {
  const value = query[name];
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  throw new LobarError('request-invalid', { problem: `${name} is not a whole number` });
}
