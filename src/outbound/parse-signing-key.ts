import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto';

/** What SMART App Launch 2.2 asks servers to support ("Client Authentication: Asymmetric"). */
export type SigningAlgorithm = 'RS384' | 'ES384';

/** The public half of a key, as a JWK Set holds it (RFC 7517, RFC 7518 6.2.1 and 6.3.1). */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: SigningAlgorithm;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string;
  /** Cannot be exported. */
  readonly key: webcrypto.CryptoKey;
  readonly publicJwk: PublicJwk;
}

const advice = 'give an RSA key of 2048 bits or more (RS384) or one on the curve P-384 (ES384)';

/** The key in a JWK or in PEM; a `problem` says in words what is wrong with it and holds none of it. */
export function parseSigningKey(content: string): SigningKey | { readonly problem: string } {
  const jwk = jwkIn(content);
  if (jwk !== undefined && 'keys' in jwk) {
    return { problem: 'holds a JWK Set; put each private key into a file of its own' };
  }
  const key = privateKey(jwk ?? content);
  if (key === undefined) {
    return { problem: 'holds no private key (one JWK, or PEM in PKCS 8 without a passphrase)' };
  }
  const alg = algorithmOf(key);
  if (alg === undefined) return { problem: `holds a key that cannot sign here; ${advice}` };
  if (!isOneKey(key)) return { problem: 'holds a key whose parts do not belong together; write it anew' };
  const { use = 'sig', alg: own = alg, key_ops: operations = ['sign'], kid } = jwk ?? {};
  if (use !== 'sig' || own !== alg || !Array.isArray(operations) || !operations.includes('sign')) {
    return { problem: `holds a JWK whose use, key_ops or alg forbids signing ${alg}; correct them` };
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    return { problem: 'holds a JWK whose kid is no text' };
  }
  return signingKey(key, alg, kid);
}

function signingKey(key: KeyObject, alg: SigningAlgorithm, kid: string | undefined): SigningKey {
  const material = publicMaterial(key);
  // The required members in the order of their names, without spaces (RFC 7638 3.2, 3.3).
  const thumbprint = createHash('sha256').update(JSON.stringify(material)).digest('base64url');
  const name = kid ?? thumbprint;
  const algorithm =
    alg === 'RS384' ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' } : { name: 'ECDSA', namedCurve: 'P-384' };
  return {
    kid: name,
    alg,
    thumbprint,
    key: key.toCryptoKey(algorithm, false, ['sign']),
    publicJwk: { ...material, kid: name, use: 'sig', alg },
  };
}

/** Member by member, so that nothing private can slip through. */
function publicMaterial(key: KeyObject) {
  const {
    kty = '',
    n = '',
    e = '',
    crv = '',
    x = '',
    y = '',
  } = createPublicKey(key).export({ format: 'jwk' });
  return kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
}

function jwkIn(content: string): JsonWebKey | undefined {
  try {
    const found: unknown = JSON.parse(content);
    return typeof found === 'object' && found !== null ? { ...found } : undefined;
  } catch {
    return undefined;
  }
}

function privateKey(content: string | JsonWebKey): KeyObject | undefined {
  try {
    return typeof content === 'string'
      ? createPrivateKey(content)
      : createPrivateKey({ key: content, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningAlgorithm | undefined {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'rsa') return modulusLength >= 2048 ? 'RS384' : undefined;
  return asymmetricKeyType === 'ec' && namedCurve === 'secp384r1' ? 'ES384' : undefined;
}

/** A JWK states its public half itself; nothing else compares it with the private one. */
function isOneKey(key: KeyObject): boolean {
  try {
    const text = Buffer.from('lobar');
    return verify('sha384', text, createPublicKey(key), sign('sha384', text, key));
  } catch {
    return false;
  }
}
