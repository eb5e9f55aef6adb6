import { LobarError } from '../errors.ts';
import { isUid, withoutPadding } from '../uid.ts';
import type { Vec3 } from '../volume/types.ts';
import type { Attribute, AttributeReader } from './attributes.ts';
import { readDate, readTime } from './date-time-values.ts';

/** Typed access to attribute values; everything absent, empty or unreadable is undefined. */
export class AttributeValues {
  readonly #reader: AttributeReader;

  constructor(reader: AttributeReader) {
    this.#reader = reader;
  }

  /** Without their padding: spaces (PS3.5 6.2), and the nulls that some writers put there, as into a UID. */
  texts(attribute: Attribute): readonly string[] {
    return this.#reader.values(attribute).map((value) => withoutPadding(String(value)));
  }

  text(attribute: Attribute): string | undefined {
    return this.texts(attribute)[0] || undefined;
  }

  numbers(attribute: Attribute): readonly (number | undefined)[] {
    return this.texts(attribute).map((text) => {
      const value = text === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : undefined;
    });
  }

  number(attribute: Attribute): number | undefined {
    return this.numbers(attribute)[0];
  }

  positive(attribute: Attribute): number | undefined {
    const value = this.number(attribute);
    return value !== undefined && value > 0 ? value : undefined;
  }

  /** A whole number of things; 0 where there is none. */
  count(attribute: Attribute): number {
    const value = this.number(attribute);
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : 0;
  }

  vector(attribute: Attribute): Vec3 | undefined {
    const [x, y, z] = this.numbers(attribute);
    return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
  }

  /** Errors: `dicom-invalid` where it is none. */
  uid(attribute: Attribute): string | undefined {
    return asUid(attribute, this.text(attribute));
  }

  /** Errors: `dicom-invalid` where one of them is none. */
  uids(attribute: Attribute): readonly string[] {
    return this.texts(attribute).flatMap((text) => asUid(attribute, text) ?? []);
  }

  date(attribute: Attribute): string | undefined {
    return readDate(this.text(attribute));
  }

  time(attribute: Attribute): string | undefined {
    return readTime(this.text(attribute));
  }
}

function asUid({ keyword }: Attribute, padded = ''): string | undefined {
  const text = withoutPadding(padded);
  if (text !== '' && !isUid(text)) {
    throw new LobarError('dicom-invalid', { problem: `its ${keyword} is not a UID` });
  }
  return text || undefined;
}

/** Leaves out what is undefined, as exact optional properties ask. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) result[key] = value as Exclude<T[typeof key], undefined>;
  }
  return result;
}
