/** One study, with everything that chance decides of it: the same under whatever settings it is simulated. */
export interface StudyDraw {
  /** When its last image arrived, seconds since midnight. */
  readonly imagedAt: number;
  /** When its analysis is asked for. */
  readonly askedAt: number;
  /** Somebody waits for the answer; else it is a job of the queue. */
  readonly interactive: boolean;
  readonly findSeconds: number;
  /** From the PACS. */
  readonly bytes: number;
  /** In the inference worker. */
  readonly inferenceSeconds: number;
  /** Of these, inside the networks. */
  readonly networkSeconds: number;
  readonly publishSeconds: number;
}
