import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * The release beside which the current one has to run: a commit whose build is in use somewhere. Moved on with each release;
 * builds from before payloads were read loosely cannot stand beside any other.
 */
export const PREVIOUS = '9ea205c8f0f69b019ce2ceda9d92dd5182e4c014';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

/** False in a shallow clone, or where there is no git. */
export const hasPrevious = (): boolean =>
  spawnSync('git', ['cat-file', '-e', `${PREVIOUS}^{commit}`], { cwd: ROOT, stdio: 'ignore' }).status === 0;

export type Build = { main: string; remove(): void };

/** Builds it in a folder of its own, on the dependencies that are installed here. */
export async function buildPrevious(): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-previous-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, 'sources.tar');
    const parts = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];
    await run('git', ['archive', '--output', archive, PREVIOUS, ...parts], { cwd: ROOT });
    await run('tar', ['-xf', archive], { cwd: folder });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      cwd: folder,
    });
    return { main: join(folder, 'dist', 'main.js'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
