import { LobarError } from '../errors.ts';
import type { Attribute, AttributeReader } from './attributes.ts';
import { frameHeaders } from './frame-headers.ts';
import { headerFromAttributes, seriesHeaderFromAttributes } from './header-from-attributes.ts';
import type { InstanceHeader } from './instance-header.ts';

/**
 * The headers of one instance in the DICOM JSON model (PS3.18 F), as QIDO-RS and WADO-RS /metadata give it: one
 * a frame, as far as the PACS sends the functional groups. Numbers may be written as numbers or as text (DS, IS),
 * both of which PACS send.
 *
 * Errors: `dicom-invalid`.
 */
export function headersFromDicomJson(json: unknown): readonly InstanceHeader[] {
  const read = jsonReader(json);
  return frameHeaders(headerFromAttributes(read), read);
}

/** What a QIDO-RS search for series tells of one (PS3.18 10.6.3.3). Errors: `dicom-invalid`. */
export function headerFromSeriesJson(json: unknown): InstanceHeader {
  return seriesHeaderFromAttributes(jsonReader(json));
}

function jsonReader(json: unknown): AttributeReader {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new LobarError('dicom-invalid', { problem: 'its metadata is not a DICOM JSON object (PS3.18 F)' });
  }
  const dataset = json as Readonly<Record<string, unknown>>;
  const valuesOf = ({ tag }: Attribute): readonly unknown[] => {
    const element = dataset[tag] ?? dataset[tag.toLowerCase()];
    const value = typeof element === 'object' && element !== null && 'Value' in element ? element.Value : [];
    return Array.isArray(value) ? value : [];
  };
  return {
    values: (attribute) =>
      valuesOf(attribute).map((value) =>
        typeof value === 'number' || typeof value === 'string' ? value : '',
      ),
    // An empty item is written as null by some (PS3.18 F.2.5 has {}).
    items: (sequence) => valuesOf(sequence).map((item) => jsonReader(item ?? {})),
  };
}
