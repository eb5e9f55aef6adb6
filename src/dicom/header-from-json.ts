import { LobarError } from '../errors.ts';
import type { AttributeReader } from './attributes.ts';
import { headerFromAttributes, seriesHeaderFromAttributes } from './header-from-attributes.ts';
import type { InstanceHeader } from './instance-header.ts';

/**
 * The header of one instance in the DICOM JSON model (PS3.18 F), as QIDO-RS and WADO-RS /metadata give it.
 * Numbers may be written as numbers or as text (DS, IS), both of which PACS send.
 *
 * Errors: `dicom-invalid`.
 */
export function headerFromDicomJson(json: unknown): InstanceHeader {
  return headerFromAttributes(jsonReader(json));
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
  return ({ tag }) => {
    const element = dataset[tag] ?? dataset[tag.toLowerCase()];
    const value = typeof element === 'object' && element !== null && 'Value' in element ? element.Value : [];
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown) => (typeof item === 'number' || typeof item === 'string' ? item : ''));
  };
}
