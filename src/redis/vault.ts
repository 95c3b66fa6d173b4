import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { CorruptDataError } from '../errors.ts';
import { readJson } from './cache.ts';

/**
 * Seals secrets for Redis: AES-256-GCM, random 96-bit nonce, and the key's own name as additional authenticated data, so
 * that a ciphertext moved to another key does not open. Envelope: `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url.
 */
export type Vault = {
  seal(plaintext: string, place: string): string;
  /** @throws {CorruptDataError} if it was tampered with, moved, or sealed with a key that the ring no longer has. */
  open(sealed: string, place: string): string;
};

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

const keyId = (key: Buffer) => createHash('sha256').update(key).digest('base64url').slice(0, 8);

/** The first key seals, all of them open: add a new one in front to rotate without downtime. */
export function createVault(ring: Buffer[]): Vault {
  const [current] = ring;
  if (!current) throw new Error('the key ring is empty');
  const currentId = keyId(current);
  const byId = new Map(ring.map((key) => [keyId(key), key]));

  // Chance is fetched for many at a time: a call for each costs as much as the sealing.
  let nonces = Buffer.alloc(0);
  const nextNonce = (): Buffer => {
    if (nonces.length < NONCE_BYTES) nonces = randomBytes(NONCE_BYTES * 256);
    const nonce = nonces.subarray(0, NONCE_BYTES);
    nonces = nonces.subarray(NONCE_BYTES);
    return nonce;
  };

  return {
    seal(plaintext, place) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${currentId}.${nonce.toString('base64url')}.${body.toString('base64url')}`;
    },
    open(sealed, place) {
      const [version, id, nonce, body] = sealed.split('.');
      const key = byId.get(id ?? '');
      if (version !== 'v1' || !nonce || !body) throw new CorruptDataError('a sealed value has no valid envelope');
      if (!key) throw new CorruptDataError('a value was sealed with a key that is not in ENCRYPTION_KEYS');
      const bytes = Buffer.from(body, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new CorruptDataError('a sealed value does not open in its place', { cause });
      }
    },
  };
}

/** Opens what was sealed as JSON of a certain shape. @throws {CorruptDataError} also where another release sealed another shape */
export function openJson<T>(vault: Vault, schema: z.ZodType<T>, sealed: string, place: string): T {
  const value = readJson(schema, vault.open(sealed, place));
  if (value === undefined) throw new CorruptDataError('a sealed value does not have its shape');
  return value;
}

/** For secrets that only have to be recognised again, such as a link's id: the store never holds the secret itself. */
export const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** A new unguessable id of 256 bits, safe in URLs. */
export const newSecret = () => randomBytes(32).toString('base64url');
