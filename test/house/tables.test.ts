import { describe, expect, test } from '@jest/globals';
import { ACTIONS, menuAction } from '../../src/blocks/actions.ts';
import { CARD_MENU } from '../../src/blocks/messages/notification.ts';
import { CATEGORY_OPTIONS } from '../../src/blocks/views/category.ts';
import { FORM_OPTIONS } from '../../src/blocks/views/incident-form.ts';
import { SUBSCRIPTION_OPTIONS } from '../../src/blocks/views/subscription-form.ts';
import { JOBS } from '../../src/jobs/catalogue.ts';
import { CLICK_IDS } from '../../src/listeners/actions.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { filesIn, read, SOURCES } from './code.ts';
import { registered } from './registered.ts';

const listened = registered();

/** Buttons of one row need different ids, so builders number them: `turn-page-0`. */
const unnumbered = (id: string) => id.replace(/-\d+$/, '');

/** What a file of the folder exports that `defines` made. */
async function defined(folder: string, defines: string): Promise<[path: string, made: unknown][]> {
  const found: [string, unknown][] = [];
  for (const path of filesIn(folder)) {
    const names = [...read(path).matchAll(new RegExp(`export const (\\w+) = ${defines}\\(`, 'g'))];
    if (names.length === 0) continue;
    const exported = (await import(`../../${path}`)) as Record<string, unknown>;
    for (const [, name = ''] of names) found.push([`${path} ${name}`, exported[name]]);
  }
  return found;
}

describe('the tables are complete', () => {
  test('every processor is somebody’s, and its file names its job', () => {
    const processors = filesIn('src/jobs').flatMap((path) =>
      [...read(path).matchAll(/export const \w+: ProcessorOf<'([\w-]+)'>/g)].map(([, name]) => name),
    );
    expect(processors.sort()).toEqual(Object.keys(JOBS).sort());
  });

  test('every operation that is defined has its row, and its folder is called like it', async () => {
    const operations = await defined('src/operations', 'defineOperation');
    // Help is made by a function of the table that it is part of.
    expect(operations.length).toBe(OPERATIONS.length - 1);
    const rows: unknown[] = [...OPERATIONS];
    expect(operations.filter(([, row]) => !rows.includes(row)).map(([name]) => name)).toEqual([]);
    const folders = filesIn('src/operations').flatMap(
      (path) => /operations\/([^/]+)\/index\.ts$/.exec(path)?.[1] ?? [],
    );
    expect(folders.sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
  });

  test('every operation is answered at once, or has a run and a say', () => {
    const files = filesIn('src/operations');
    const odd = OPERATIONS.filter((row) => {
      const isAtOnce = /\batOnce\b/.test(read(`src/operations/${row.name}/index.ts`));
      const isRun = ['run', 'say'].every((part) => files.includes(`src/operations/${row.name}/${part}.ts`));
      return isAtOnce === isRun;
    });
    expect(odd.map(({ name }) => name)).toEqual([]);
  });

  test('no word means two things', () => {
    const words = OPERATIONS.flatMap(({ words = [] }) => words);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  test('every action is answered, and every answer is for an action', () => {
    expect(new Set(CLICK_IDS.map(unnumbered))).toEqual(
      // The card's menu is one element, and each of its items an action of its own.
      new Set([...Object.values(ACTIONS).filter((id) => id !== ACTIONS.cardMenu), ...CARD_MENU.map(menuAction)]),
    );
  });

  test('every action is drawn somewhere', () => {
    const builders = SOURCES.filter(
      (path) =>
        (path.startsWith('src/blocks/') && !path.endsWith('/actions.ts')) ||
        /^src\/operations\/.*\/say\.ts$/.test(path),
    );
    const text = builders.map(read).join('\n');
    expect(Object.keys(ACTIONS).filter((name) => !new RegExp(`ACTIONS\\.${name}\\b`).test(text))).toEqual([]);
  });

  test('every form has its listener, and each live select a source', () => {
    const forms = OPERATIONS.flatMap(({ form }) => (form ? [form.id] : []));
    expect([...listened.views].sort()).toEqual(forms.sort());
    expect(new Set(forms).size).toBe(forms.length);
    const sources = [
      ...Object.values(FORM_OPTIONS),
      ...Object.values(SUBSCRIPTION_OPTIONS),
      ...Object.values(CATEGORY_OPTIONS),
    ];
    expect(listened.options.sort()).toEqual(sources.sort());
  });
});
