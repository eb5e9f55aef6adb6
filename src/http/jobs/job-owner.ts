import { createHash } from 'node:crypto';
import { type AnalysisJob, automatic } from '../../analysis/jobs/analysis-job.ts';
import type { Client } from '../auth/client.ts';

/** Whose a job is, as it is kept with it: it may name a person, so only its hash. */
export function ownerOf({ id }: Client): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** A client sees its own jobs, and those that Lobar does by itself. */
export function maySee(client: Client, { owner }: Pick<AnalysisJob, 'owner'>): boolean {
  return owner === automatic || owner === ownerOf(client);
}
