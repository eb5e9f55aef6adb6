import { pacsSource } from '../analysis/pacs-source.ts';
import type { StudySource } from '../analysis/study-source.ts';
import type { Config } from '../config-schema.ts';
import { openPacs } from '../dicomweb/open-pacs.ts';
import { LobarError } from '../errors.ts';

export interface PacsStudies {
  source(studyUid: string): StudySource;
  close(): Promise<void>;
}

/**
 * The studies of one PACS of the configuration.
 *
 * @param name its first one where it is left out; one must be configured then
 * @throws LobarError `endpoint-unknown`
 */
export function openPacsStudies(name: string | undefined, config: Config): PacsStudies {
  const known = Object.keys(config.pacs);
  const wanted = name ?? known[0] ?? '(default)';
  const endpoint = Object.hasOwn(config.pacs, wanted) ? config.pacs[wanted] : undefined;
  if (endpoint === undefined) {
    throw new LobarError('endpoint-unknown', { kind: 'pacs', known }, { details: { name: wanted } });
  }
  const pacs = openPacs(wanted, endpoint, config.limits, config);
  return { source: (studyUid) => pacsSource(pacs, studyUid, config.limits), close: () => pacs.close() };
}
