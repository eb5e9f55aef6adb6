import type { Config } from '../config-schema.ts';
import type { PublicJwk } from './parse-signing-key.ts';
import { openSigningKeys } from './signing-keys.ts';

/** The public halves of all keys by which this configuration signs, as they are now; each once. */
export type PublishedKeys = () => readonly PublicJwk[];

/** @throws LobarError `config-invalid` for a key file */
export function openPublishedKeys({ ehr, audit }: Pick<Config, 'ehr' | 'audit'>): PublishedKeys {
  const endpoints = [
    ...Object.entries(ehr).map(([name, { smart }]) => [`ehr.${name}`, smart] as const),
    ['audit.fhir', audit.fhir?.smart] as const,
  ];
  const opened = endpoints.flatMap(([endpoint, smart]) =>
    smart === undefined ? [] : [openSigningKeys(`${endpoint}.smart.keyFiles`, smart.keyFiles)],
  );
  return () => {
    const keys = opened.flatMap((one) => one.all());
    // Two EHRs may have one key. Two keys of one kid are both needed (RFC 7517 4.5).
    const distinct = new Map(keys.map((key) => [`${key.thumbprint} ${key.kid}`, key.publicJwk]));
    return [...distinct.values()];
  };
}
