import { execFileSync } from 'node:child_process';

/**
 * Why tests are skipped, for node:test; false where nothing is missing.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export function skipOrFail(missing: string | false, cause?: unknown): string | false {
  if (missing !== false && process.env['CI'] === 'true') {
    throw new Error(missing, cause === undefined ? {} : { cause });
  }
  return missing;
}

/** The same of what a script builds, which with --check says whether it has. */
export function skipUnlessBuilt(script: string): string | false {
  try {
    execFileSync(script, ['--check'], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    return false;
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return skipOrFail((stderr ?? '').trim() || message, error);
  }
}
