import { pacsSource } from '../analysis/pacs-source.ts';
import type { StudySource } from '../analysis/study-source.ts';
import type { Config } from '../config-schema.ts';
import { openConfiguredPacs } from './open-configured-pacs.ts';

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
  const pacs = openConfiguredPacs(name, config);
  return { source: (studyUid) => pacsSource(pacs, studyUid, config.limits), close: () => pacs.close() };
}
