import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { Attribute, AttributeReader } from './attributes.ts';
import { allFrames, frameHeaders } from './frame-headers.ts';
import { headerFromAttributes, seriesHeaderFromAttributes } from './header-from-attributes.ts';
import type { InstanceHeader } from './instance-header.ts';
import { lengthToRead, maxValues } from './value-length.ts';

/**
 * The headers of one instance in the DICOM JSON model (PS3.18 F), as QIDO-RS and WADO-RS /metadata give it: one
 * a frame, as far as the PACS sends the functional groups. Numbers may be written as numbers or as text (DS, IS),
 * both of which PACS send. Takes turns of the event loop where there are many.
 *
 * Errors: `dicom-invalid`, `limit-exceeded`.
 */
export async function headersFromDicomJson(
  json: unknown,
  limits: Pick<LimitsConfig, 'frames'>,
): Promise<readonly InstanceHeader[]> {
  const read = jsonReader(json);
  return await allFrames(frameHeaders(headerFromAttributes(read), read, limits));
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
      valuesOf(attribute)
        .slice(0, maxValues)
        .map((value) => {
          if (typeof value === 'string') return shortened(attribute, value);
          return typeof value === 'number' ? value : '';
        }),
    *items(sequence) {
      // An empty item is written as null by some (PS3.18 F.2.5 has {}).
      for (const item of valuesOf(sequence)) yield jsonReader(item ?? {});
    },
  };
}

function shortened(attribute: Attribute, value: string): string {
  const length = lengthToRead(attribute, value.length);
  // A slice of a string keeps all of it in memory.
  return length === value.length ? value : Buffer.from(value.slice(0, length)).toString();
}
