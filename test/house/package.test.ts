import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ROOT, read } from './code.ts';

type Names = Record<string, string>;
type Entry = {
  version?: string;
  resolved?: string;
  integrity?: string;
  dependencies?: Names;
  devDependencies?: Names;
  optionalDependencies?: Names;
};

const manifest = JSON.parse(read('package.json')) as Entry & {
  license: string;
  private: boolean;
  type: string;
  engines: { node: string };
  scripts: Names;
  overrides: Names;
};
const lock = JSON.parse(read('package-lock.json')) as { lockfileVersion: number; packages: Record<string, Entry> };
const installed = Object.entries(lock.packages).filter(([place]) => place !== '');

/** As Node looks for it: in the package's own node_modules, then further out. */
function resolves(from: string, name: string): boolean {
  const parents = from.split('/node_modules/');
  return [...parents, ''].some((_parent, up) => {
    const base = parents.slice(0, parents.length - up).join('/node_modules/');
    return `${base ? `${base}/` : ''}node_modules/${name}` in lock.packages;
  });
}

describe('package.json and its lock', () => {
  test('licence, engine and kind are declared', () => {
    expect(manifest).toMatchObject({ license: 'MIT', private: true, type: 'module' });
    expect(read('LICENSE')).toContain('MIT License');
    expect(manifest.engines.node).toMatch(/^>=20/);
    expect(Number(read('.nvmrc'))).toBeGreaterThanOrEqual(20);
  });

  test('versions are exact, and the lock has the same', () => {
    const { dependencies = {}, devDependencies = {} } = manifest;
    const all = { ...dependencies, ...devDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
    for (const [name, version] of Object.entries(all))
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  });

  test('the lock holds hashes and no addresses', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(installed.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    expect(installed.filter(([, entry]) => !entry.integrity).map(([place]) => place)).toEqual([]);
  });

  test('npm ci finds everything in the lock, for other platforms too', () => {
    const missing = installed.flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !resolves(place, name))
        .map((name) => `${place} → ${name}`),
    );
    expect(missing).toEqual([]);
    const [, ...strays] = Object.keys(lock.packages).filter(
      (place) => place === '' || !place.includes('node_modules/'),
    );
    expect(strays).toEqual([]);
  });

  test('every file that a script names is there', () => {
    const named = Object.values(manifest.scripts).flatMap(
      (script) => script.match(/(?:test|src)\/[\w/.-]+\.ts/g) ?? [],
    );
    expect(named).toContain('test/sandbox/main.ts');
    expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });
});
