import { LobarError } from '../errors.ts';

/** Too much is asked of it, and it says so, with Retry-After perhaps (RFC 9110 15.6.4, RFC 6585 4). */
export function isBusy(status: number): boolean {
  return status === 429 || status === 503;
}

/** `pacs-error` that knows the status behind it. */
export class RefusedByPacs extends LobarError<'pacs-error'> {
  readonly answered: number;

  constructor(pacs: string, answered: number, operation: string) {
    super('pacs-error', { pacs, status: answered, operation });
    this.answered = answered;
  }
}
