import type { BuiltBundle } from '../build-bundle.ts';
import type { ReportToCompose } from './report-to-write.ts';

/** What is done before the first write of a report: its documents are made, then stored elsewhere. */
export class Preparation {
  readonly #toCompose: ReportToCompose;
  #isComposed: boolean;
  #isStored: boolean;
  /** With its documents once they are made. */
  built: BuiltBundle;
  /** They were not there in time: it goes without, and nothing is stored before it. */
  isLate = false;

  constructor(toCompose: ReportToCompose) {
    this.#toCompose = toCompose;
    this.#isComposed = toCompose.isComposed;
    this.#isStored = toCompose.isStored;
    this.built = toCompose.bare;
  }

  /** What the EHR holds without documents may still get them. */
  mayAttach(isMarked: boolean): boolean {
    const { attachesLate } = this.#toCompose;
    return !this.isLate && (attachesLate === 'always' || (attachesLate === 'marked' && isMarked));
  }

  /**
   * Does one thing more; gives whether any was left. It takes seconds: look at the EHR again then.
   *
   * @param mayBeLate it may go without its documents
   */
  async next(mayBeLate = false): Promise<boolean> {
    if (!this.#isComposed) {
      await this.compose(mayBeLate);
      return true;
    }
    if (this.#isStored || this.isLate) return false;
    await this.#toCompose.store();
    this.#isStored = true;
    return true;
  }

  async compose(mayBeLate = false): Promise<void> {
    if (this.#isComposed) return;
    const { built, isLate } = await this.#toCompose.complete(mayBeLate);
    this.built = built;
    this.isLate = isLate;
    this.#isComposed = true;
  }
}
