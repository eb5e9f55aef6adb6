import { LobarError } from '../errors.ts';

/** `pacs-error` that knows the status behind it. */
export class RefusedByPacs extends LobarError<'pacs-error'> {
  readonly answered: number;

  constructor(pacs: string, answered: number, operation: string) {
    super('pacs-error', { pacs, status: answered, operation });
    this.answered = answered;
  }
}
