import { parseMediaTypes } from '../../dicomweb/media-type.ts';
import { LobarError } from '../../errors.ts';

/** What a request for DICOM gets that names no transfer syntax (PS3.18 8.7.3.5.2): explicit VR little endian. */
const defaultSyntax = '1.2.840.10008.1.2.1';

/**
 * Whether stored objects may be sent as they are to who sent this Accept header. Nothing is transcoded, so a
 * syntax other than the stored one is not acceptable unless the header says `transfer-syntax=*`.
 *
 * @throws LobarError `request-invalid` for a malformed header, `not-acceptable`.
 */
export function assertAcceptable(accept: string | undefined, storedSyntaxes: Iterable<string>): void {
  const stored = new Set(storedSyntaxes);
  const ranges = parseMediaTypes(accept ?? '*/*');
  if (ranges === undefined)
    throw new LobarError('request-invalid', { problem: 'the Accept header is malformed' });
  const accepted = new Set(
    ranges.flatMap(({ type, parameters }) => {
      const root = parameters.get('type')?.toLowerCase() ?? 'application/dicom';
      const dicom = type === '*/*' || (type === 'multipart/related' && root === 'application/dicom');
      return dicom && Number(parameters.get('q') ?? 1) > 0
        ? [parameters.get('transfer-syntax') ?? defaultSyntax]
        : [];
    }),
  );
  if (accepted.has('*') || [...stored].every((syntax) => accepted.has(syntax))) return;
  throw new LobarError('not-acceptable', {
    offered: ['*', ...stored].map(
      (uid) => `multipart/related; type="application/dicom"; transfer-syntax=${uid}`,
    ),
  });
}

/** @throws LobarError `not-acceptable` when the header rules DICOM JSON out. */
export function assertJsonAcceptable(accept: string | undefined): void {
  const offered = ['application/dicom+json', 'application/json'];
  const types = parseMediaTypes(accept ?? '*/*') ?? [];
  if (types.some(({ type }) => offered.includes(type) || type === '*/*' || type === 'application/*')) return;
  throw new LobarError('not-acceptable', { offered });
}
