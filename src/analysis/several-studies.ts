import { LobarError } from '../errors.ts';

/** The rest only makes a long list longer. */
const named = 3;

/**
 * `several-studies`, with the StudyInstanceUIDs of the first ones in its details, and of each a file or the number
 * of a part that belongs to it.
 */
export function severalStudies(
  kind: 'files' | 'parts',
  studies: readonly (readonly [uid: string, example: string | number])[],
): LobarError {
  const first = studies.slice(0, named);
  const details = {
    studyInstanceUids: first.map(([uid]) => uid || '(none)').join(', '),
    [kind]: first.map(([, example]) => example).join(', '),
  };
  return new LobarError('several-studies', { count: studies.length }, { details });
}
