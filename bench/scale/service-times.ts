/** What one study took, alone in a warm pod of two cores, on the CPU, from a PACS on the same machine. */
export interface MeasuredStudy {
  readonly name: string;
  readonly slices: number;
  /** Rows and columns. */
  readonly matrix: number;
  readonly repeats: number;
  readonly bytesFromPacs: number;
  /** Of the study and its series, by QIDO-RS. */
  readonly findSeconds: number;
  /** WADO-RS and decoding. */
  readonly retrieveSeconds: number;
  /** In the one inference worker: networks and what is computed around them. */
  readonly inferenceSeconds: number;
  /** Of these, inside the networks. */
  readonly networkSeconds: number;
  /** From asking for it to the answer, the report published. */
  readonly totalSeconds: number;
}

/** What new reports cost, published one after another. */
export interface MeasuredReports {
  readonly ehr: string;
  readonly reports: number;
  readonly publishSeconds: number;
  readonly requestsPerReport: number;
  readonly resourcesPerReport: number;
  /** The transaction, as JSON. */
  readonly bundleBytes: number;
  /** What the caller is answered, as JSON. */
  readonly analysisBytes: number;
}

/** What the queue takes. */
export interface MeasuredQueue {
  readonly server: string;
  readonly messageBytes: number;
  /** Messages stored on disk and acknowledged, by one server that shares its cores with the client. */
  readonly storedPerSecond: number;
}

/** bench/scale/service-times.json, written by measure-service-times.ts. */
export interface ServiceTimes {
  /** ISO 8601, the day. */
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  /** What a reader of the figures should know. */
  readonly note?: string;
  /** From starting the process to its models being warm. */
  readonly startSeconds: number;
  readonly studies: readonly MeasuredStudy[];
  readonly reports: readonly MeasuredReports[];
  readonly queue?: MeasuredQueue;
}

/** @throws Error where no study of this name was measured. */
export function studyNamed({ studies }: ServiceTimes, name: string): MeasuredStudy {
  const found = studies.find((study) => study.name === name);
  if (found === undefined)
    throw new Error(`No study ${name} was measured: npm run bench -- scale --remeasure`);
  return found;
}
