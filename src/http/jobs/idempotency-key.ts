import { LobarError } from '../../errors.ts';

const longest = 255;

/**
 * The value of an Idempotency-Key: a structured-field string (draft-ietf-httpapi-idempotency-key-header 2.1, RFC 9651
 * 3.3.3), or the same without its quotes, as many clients send it.
 *
 * @throws LobarError `request-invalid`
 */
export function idempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const given = [header].flat().join(', ').trim();
  const [, quoted] = /^"((?:\\["\\]|[^"\\])*)"$/.exec(given) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, '$1') ?? given;
  if (key.length >= 1 && key.length <= longest) return key;
  throw new LobarError('request-invalid', {
    problem: `header idempotency-key must have 1 to ${longest} characters`,
  });
}
