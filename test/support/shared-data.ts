import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** A path inside the folder of real scans and masks that lies beside the repository. */
export function sharedData(...path: string[]): string {
  return join(root, ...path);
}

/** Why a test that needs those scans is skipped, or false where they are. */
export const sharedDataMissing: string | false = existsSync(root)
  ? false
  : 'needs the real scans of ../shared/data, which are not here';
