import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs packages outside the project, lends the folder, and removes it. None of their scripts runs. */
export async function installed<T>(packages: string[], use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-clients-'));
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  // Also where somebody has waited long enough.
  process.once('exit', tidy);
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    console.error(`Installing ${packages.join(', ')} …`);
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], { cwd: folder });
    return await use(folder);
  } finally {
    process.off('exit', tidy);
    tidy();
  }
}

/** A package without what it depends on, unpacked; for one of whose parts the rest would be most of a gigabyte. */
export async function unpacked(name: string, folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', name], { cwd: folder });
  await run('tar', ['xzf', stdout.trim()], { cwd: folder });
  return join(folder, 'package');
}

export const load = (folder: string, path: string): unknown => createRequire(join(folder, 'package.json'))(path);
