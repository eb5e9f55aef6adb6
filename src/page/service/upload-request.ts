export interface UploadRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly Blob[];
}

export interface UploadHooks {
  readonly signal: AbortSignal;
  /** The share of the body that has left. */
  readonly onSent: (share: number) => void;
}
