import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

export function rsaKey(modulusLength = 2048): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

export function ecKey(namedCurve = 'P-384'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function jwkOf(key: KeyObject, more: JsonWebKey = {}): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });
}
