/** What is said of a direct dependency beside what package-lock.json knows (name, version, licence). */
export interface PackageEntry {
  /** Who maintains it. */
  readonly maker: string;
  /** Where its known anomalies are published. */
  readonly issues: string;
  readonly purpose: string;
  /** What Lobar requires of it (IEC 62304, 5.3.3). */
  readonly required: string;
  /** What is known to go wrong, and what stands in its way; left out where we know of nothing that matters here. */
  readonly anomalies?: string;
  /** Files of tests that would fail if it did not do what is required. */
  readonly tests: readonly string[];
}

/** Entries by the name of the package. */
export type PackageEntries = Readonly<Record<string, PackageEntry>>;
