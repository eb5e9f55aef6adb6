import type { BuiltBundle } from '../build-bundle.ts';
import type { ReportToCompose } from './report-to-write.ts';

/** What is done before the first write of a report: its documents are made, then stored elsewhere. */
export class Preparation {
  readonly #toCompose: ReportToCompose;
  #isComposed: boolean;
  #isStored: boolean;
  /** With its documents once they are made. */
  built: BuiltBundle;

  constructor(toCompose: ReportToCompose) {
    this.#toCompose = toCompose;
    this.#isComposed = toCompose.isComposed;
    this.#isStored = toCompose.isStored;
    this.built = toCompose.bare;
  }

  /** Does one thing more; gives whether any was left. It takes seconds: look at the EHR again then. */
  async next(): Promise<boolean> {
    if (!this.#isComposed) {
      await this.compose();
      return true;
    }
    if (this.#isStored) return false;
    await this.#toCompose.store();
    this.#isStored = true;
    return true;
  }

  async compose(): Promise<void> {
    if (this.#isComposed) return;
    this.built = await this.#toCompose.complete();
    this.#isComposed = true;
  }
}
