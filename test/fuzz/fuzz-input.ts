/** The ways into Lobar by which bytes from outside come. */
export const surfaces = ['series', 'files', 'multipart', 'pacs', 'upload', 'mask'] as const;
export type Surface = (typeof surfaces)[number];

/** How the PACS of an input answers where instances are asked for. */
export interface PlayedRetrieval {
  /** The series in one stream: sent, refused (501), or broken off after so many thousandths of its bytes. */
  readonly series: 'sent' | 'refused' | { readonly brokenOffAfter: number };
  /** SOPInstanceUIDs by which instances are to be had alone; the further parts of the input are the answers. */
  readonly instances: readonly string[];
  /** Of the answers with one instance. */
  readonly instanceType: string;
}

/** One input of the code under test, as bytes: what is saved, sent to the target and replayed. */
export interface FuzzInput {
  readonly surface: Surface;
  /** Transfer syntax of the file that was mutated. */
  readonly syntax: string;
  /**
   * series, files: the instances. mask: one mask file. multipart, upload: the body. pacs: the answers to the search for series, to
   * /metadata, to the retrieval of the series, and to that of each instance in `retrieval.instances`.
   */
  readonly parts: readonly Uint8Array[];
  /** Of the body, or of the retrieval. */
  readonly contentType: string;
  /** Of pacs. */
  readonly retrieval?: PlayedRetrieval;
  /** A part of the image is missing, and nothing else was done to it: no volume may come of it. */
  readonly isCutOff: boolean;
  /** How the bytes are cut on their way in. */
  readonly chunkBytes: number;
}

/** What the target answers about an input. */
export interface Report {
  /** `volume` (of a mask: `placed`), or the code of the error; for an upload the code of the problem, or the outcome. */
  readonly outcome: string;
  /** What must not be: a foreign error, a code that is not the input's fault, a broken promise. */
  readonly fault?: { readonly signature: string; readonly text: string };
  /** CPU time of all threads while the input was worked on. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most memory the process had so far. */
  readonly peakRssMb: number;
}

const asBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** As text, to be saved; it holds the bytes of a real file where one was mutated, so it stays on the machine. */
export function inputToJson({ parts, ...rest }: FuzzInput): object {
  return { ...rest, parts: parts.map(asBase64) };
}

export function inputFromJson(json: object): FuzzInput {
  const { parts, ...rest } = json as Omit<FuzzInput, 'parts'> & { readonly parts: readonly string[] };
  return { ...rest, parts: parts.map((part) => Uint8Array.from(Buffer.from(part, 'base64'))) };
}
