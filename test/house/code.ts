import { readdirSync, readFileSync } from 'node:fs';
import { parseSync, types } from '@babel/core';

export const ROOT = new URL('../../', import.meta.url);

/** Material that may lie beside the project; tests use it where it is, and say so where it is not. */
export const DATA = new URL('../shared/data/', ROOT);

export const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** Every file below a folder, as paths from the root with forward slashes. */
export const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').replaceAll(/\/+/g, '/'))
    .map((path) => path.slice(path.lastIndexOf(`/${folder}/`) + 1))
    .sort();

export const SOURCES = filesIn('src').filter((path) => path.endsWith('.ts'));

const BABEL = {
  babelrc: false,
  configFile: false,
  presets: [['@babel/preset-typescript', { onlyRemoveTypeImports: true }]],
} as const;

const parsed = new Map<string, types.File>();

export function syntaxOf(path: string): types.File {
  const known = parsed.get(path);
  if (known) return known;
  const file = parseSync(read(path), { ...BABEL, presets: [...BABEL.presets], filename: path });
  if (!file) throw new Error(`${path} does not parse`);
  parsed.set(path, file);
  return file;
}

/** Every node of a file, without the scopes that Babel's own walk works out. */
export function walk(path: string, visit: (node: types.Node) => void): void {
  types.traverseFast(syntaxOf(path), visit);
}

/** Something imported, as it is written there. `isType`: gone when it runs. `isLazy`: when it is needed. */
export type Import = { name: string; isType: boolean; isLazy: boolean };

export function importsOf(path: string): Import[] {
  const found: Import[] = [];
  walk(path, (node) => {
    if (node.type === 'ImportDeclaration')
      found.push({ name: node.source.value, isType: node.importKind === 'type', isLazy: false });
    if ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.source)
      found.push({ name: node.source.value, isType: node.exportKind === 'type', isLazy: false });
    // One that is imported when it is needed.
    if (node.type === 'CallExpression' && node.callee.type === 'Import' && node.arguments[0]?.type === 'StringLiteral')
      found.push({ name: node.arguments[0].value, isType: false, isLazy: true });
  });
  return found;
}

/** The rows below a table's heading row, cell by cell; `\|` is a bar within a cell. */
export function tableRows(markdown: string, firstHeading: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading} |`));
  if (start === -1) throw new Error(`there is no table that begins with “${firstHeading}”`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end === -1 ? undefined : end).map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

export const inCode = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
