import { MemoryRepository } from '@medplum/fhir-router';
import type { Bundle, Resource } from '@medplum/fhirtypes';

/** What MemoryRepository keeps: by type, by id. The maps change, the resources in them never do. */
interface Kept {
  readonly resources: Map<string, Map<string, Resource>>;
  readonly history: Map<string, Map<string, Resource[]>>;
}

/**
 * MemoryRepository with all-or-nothing transactions, which it does not have of its own: its withTransaction
 * just runs the callback and leaves what was written before a failure. A half-published Bundle in the demo
 * would hide exactly the defect that Lobar must not have.
 *
 * One request at a time must use it; the routes see to that.
 */
export class TransactionalRepository extends MemoryRepository {
  override async withTransaction<Result>(callback: (repo: this) => Promise<Result>): Promise<Result> {
    const before = copy(this.#kept());
    try {
      return await callback(this);
    } catch (error) {
      restore(this.#kept(), before);
      throw error;
    }
  }

  /** MemoryRepository reverses the kept list in place, so every second reading came out backwards. */
  override async readHistory<T extends Resource>(resourceType: string, id: string): Promise<Bundle<T>> {
    const newestFirst = await super.readHistory<T>(resourceType, id);
    await super.readHistory<T>(resourceType, id);
    return newestFirst;
  }

  /** Private to MemoryRepository, and the only complete view of what it keeps; its version is pinned. */
  #kept(): Kept {
    return this as unknown as Kept;
  }
}

function copy({ resources, history }: Kept): Kept {
  return {
    resources: new Map([...resources].map(([type, byId]) => [type, new Map(byId)])),
    history: new Map(
      [...history].map(([type, byId]) => [
        type,
        new Map([...byId].map(([id, versions]) => [id, [...versions]])),
      ]),
    ),
  };
}

function restore(kept: Kept, before: Kept): void {
  kept.resources.clear();
  kept.history.clear();
  for (const [type, byId] of before.resources) kept.resources.set(type, byId);
  for (const [type, byId] of before.history) kept.history.set(type, byId);
}
