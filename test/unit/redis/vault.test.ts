import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { CorruptDataError } from '../../../src/errors.ts';
import { createVault, fingerprint, newSecret, openJson } from '../../../src/redis/vault.ts';
import { KEY, OTHER_KEY } from '../support.ts';

const vault = createVault([KEY]);
const PLACE = 'sn:{T1.U1}:link:dev';

test('what is sealed opens in its place, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
      expect(vault.open(vault.seal(text, place), place)).toBe(text);
    }),
  );
});

test('the same text is never sealed alike, and is not readable in the seal', () => {
  const [one, two] = [vault.seal('a secret', PLACE), vault.seal('a secret', PLACE)];
  expect(one).not.toBe(two);
  expect(Buffer.from(one.split('.')[3] ?? '', 'base64url').toString()).not.toContain('secret');
});

test("moved to somebody else's key it does not open", () => {
  const sealed = vault.seal('a secret', PLACE);
  expect(() => vault.open(sealed, 'sn:{T1.U2}:link:dev')).toThrow(CorruptDataError);
});

describe('tampering', () => {
  const sealed = vault.seal('a secret', PLACE);
  const parts = sealed.split('.');
  const bytesOf = (part: number) => Buffer.from(parts[part] ?? '', 'base64url');
  const withBytes = (part: number, bytes: Buffer) =>
    parts.map((each, index) => (index === part ? bytes.toString('base64url') : each)).join('.');

  test.each([
    ['nonce', 2],
    ['ciphertext and tag', 3],
  ])('with any byte of the %s', (_, part) => {
    for (let at = 0; at < bytesOf(part).length; at++) {
      const bytes = bytesOf(part);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(() => vault.open(withBytes(part, bytes), PLACE)).toThrow(CorruptDataError);
    }
  });
  test('by cutting the tag, down to the few bytes that could be guessed', () => {
    const [version, id, nonce, body = ''] = vault.seal('', PLACE).split('.');
    const tag = Buffer.from(body, 'base64url');
    for (let kept = 1; kept < tag.length; kept++) {
      const cut = [version, id, nonce, tag.subarray(0, kept).toString('base64url')].join('.');
      expect(() => vault.open(cut, PLACE)).toThrow(CorruptDataError);
    }
  });
  test.each([
    ['another version', ['v2', ...parts.slice(1)].join('.')],
    ['another key id', [parts[0], 'AAAAAAAA', ...parts.slice(2)].join('.')],
    ['no body', parts.slice(0, 3).join('.')],
    ['an empty nonce', [parts[0], parts[1], '', parts[3]].join('.')],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(() => vault.open(text, PLACE)).toThrow(CorruptDataError);
  });
  test('garbage of any kind', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `v1.${parts[1]}.${text}.${text}`),
        ),
        (text) => {
          expect(() => vault.open(text, PLACE)).toThrow(CorruptDataError);
        },
      ),
    );
  });
});

describe('what another release has sealed', () => {
  const shape = z.object({ kept: z.string() });
  test('opens where it has the shape', () => {
    expect(openJson(vault, shape, vault.seal('{"kept":"x"}', 'here'), 'here')).toEqual({ kept: 'x' });
  });
  test.each(['{"kept":7}', '{"other":1}', 'null', '{"kept":', ''])('%j is corrupt, not a passing trouble', (text) => {
    expect(() => openJson(vault, shape, vault.seal(text, 'here'), 'here')).toThrow(CorruptDataError);
  });
});

describe('rotation', () => {
  test('a new key in front: the old seals open, the new ones are made with it', () => {
    const old = vault.seal('a secret', PLACE);
    const rotated = createVault([OTHER_KEY, KEY]);
    expect(rotated.open(old, PLACE)).toBe('a secret');
    const fresh = rotated.seal('a secret', PLACE);
    expect(createVault([OTHER_KEY]).open(fresh, PLACE)).toBe('a secret');
    expect(() => vault.open(fresh, PLACE)).toThrow(/ENCRYPTION_KEYS/);
  });
  test('a ring without keys is refused at once', () => {
    expect(() => createVault([])).toThrow();
  });
});

test('secrets are new each time and safe in URLs; their fingerprints are steady and tell nothing', () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(fingerprint(secret)).toBe(fingerprint(secret));
    expect(fingerprint(secret)).not.toContain(secret);
  }
});
