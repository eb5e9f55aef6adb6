import { LobarError } from '../errors.ts';
import type { StudySource } from './study-source.ts';

/** The errors of a source that has all its instances at hand: `where` is the upload or the files. */
export function givenInstances(where: string): Pick<StudySource, 'incomplete' | 'seriesNotFound'> {
  return {
    incomplete: (listed, received) =>
      new LobarError('geometry-inconsistent', {
        problem: `only ${received} of ${listed} instances can be used`,
      }),
    seriesNotFound: (seriesInstanceUid) =>
      new LobarError(
        'request-invalid',
        { problem: `${where} holds no series of that UID` },
        { details: { seriesInstanceUid } },
      ),
  };
}
