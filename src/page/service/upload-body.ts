/** Files as the body of STOW-RS (PS3.18 10.5.1, RFC 2387): nothing is copied, a browser reads them as they are sent. */
export function uploadBody(files: readonly Blob[]): { readonly contentType: string; readonly body: Blob } {
  const boundary = `lobar-${crypto.randomUUID()}`;
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return {
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    body: new Blob([...files.flatMap((file) => [head, file, '\r\n']), `--${boundary}--\r\n`]),
  };
}
