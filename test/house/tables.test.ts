import { describe, expect, test } from '@jest/globals';
import { ACTIONS } from '../../src/blocks/actions.ts';
import { CATEGORY_OPTIONS } from '../../src/blocks/views/category.ts';
import { FORM_OPTIONS, INCIDENT_FORM } from '../../src/blocks/views/incident-form.ts';
import { SETTINGS } from '../../src/blocks/views/settings.ts';
import { SUBSCRIPTION_FORM, SUBSCRIPTION_OPTIONS } from '../../src/blocks/views/subscription-form.ts';
import { WORDS_FORM } from '../../src/blocks/views/words-form.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { JOBS } from '../../src/jobs/catalogue.ts';
import { CLICK_IDS } from '../../src/listeners/actions.ts';
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

  test('every command that is defined has its row', async () => {
    const rows: unknown[] = [...COMMANDS];
    const commands = await defined('src/commands', 'defineCommand');
    // Help is made by a function of the table that it is part of.
    expect(commands.length).toBeGreaterThanOrEqual(rows.length - 1);
    expect(commands.filter(([, command]) => !rows.includes(command)).map(([name]) => name)).toEqual([]);
  });

  test('no word means two things', () => {
    const words = COMMANDS.flatMap((command) => command.words);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  test('every action is answered, and every answer is for an action', () => {
    expect(new Set(CLICK_IDS.map(unnumbered))).toEqual(new Set(Object.values(ACTIONS)));
  });

  test('every action is drawn somewhere', () => {
    const builders = SOURCES.filter((path) => path.startsWith('src/blocks/') && !path.endsWith('/actions.ts'));
    const text = builders.map(read).join('\n');
    expect(Object.keys(ACTIONS).filter((name) => !new RegExp(`ACTIONS\\.${name}\\b`).test(text))).toEqual([]);
  });

  test('every form has its listener, and each live select a source', () => {
    expect(listened.views.sort()).toEqual([INCIDENT_FORM, SETTINGS, SUBSCRIPTION_FORM, WORDS_FORM].sort());
    const sources = [
      ...Object.values(FORM_OPTIONS),
      ...Object.values(SUBSCRIPTION_OPTIONS),
      ...Object.values(CATEGORY_OPTIONS),
    ];
    expect(listened.options.sort()).toEqual(sources.sort());
  });
});
