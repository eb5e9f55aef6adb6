import { createHash } from 'node:crypto';
import { type AnalysisJob, automatic } from '../../analysis/jobs/analysis-job.ts';
import type { Client } from '../auth/client.ts';

/**
 * Whose a job is, as it is kept with it: it may name a person, so only its hash. Who has shown nothing is one with all
 * such: without `auth` only this machine asks, by more than one address.
 */
export function ownerOf({ id, kind }: Pick<Client, 'id' | 'kind'>): string {
  return createHash('sha256')
    .update(kind === 'none' ? kind : id)
    .digest('base64url');
}

/** A client sees its own jobs, and those that Lobar does by itself. */
export function maySee(client: Client, { owner }: Pick<AnalysisJob, 'owner'>): boolean {
  return owner === automatic || owner === ownerOf(client);
}

/** A client ends its own jobs only. */
export function mayEnd(client: Client, { owner }: Pick<AnalysisJob, 'owner'>): boolean {
  return owner === ownerOf(client);
}
