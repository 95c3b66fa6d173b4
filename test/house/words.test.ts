import { types } from '@babel/core';
import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { RECORD_TYPE_NAMES, recordType } from '../../src/records/types.ts';
import { DE } from '../../src/words/de/index.ts';
import { EN } from '../../src/words/en/index.ts';
import { type Catalogue, type Key, LANGUAGES, type Language } from '../../src/words/index.ts';
import { SOURCES, syntaxOf } from './code.ts';

const CATALOGUES: Record<Language, Catalogue> = { en: EN, de: DE };
const KEYS = Object.keys(EN) as Key[];

/** They speak to whoever runs the bridge, or throw: an error names its sentence by a key, and its detail is for the log. */
const FOR_OPERATORS =
  /^src\/(?:compose|config|errors|instances|main|metrics|operator|redis|servicenow|slack\/(?:call|dispatch|files|http-receiver))/;
/**
 * `written`: what the bridge writes into a ticket is read by everybody there, whatever language its person reads. `table`:
 * names of columns, for which the catalogue has words.
 */
const FOR_TICKETS = /^src\/records\/(?:written|table|journal)/;

const SPEAKS = SOURCES.filter(
  (path) => !path.startsWith('src/words/') && !FOR_OPERATORS.test(path) && !FOR_TICKETS.test(path),
);

/** A word, a blank, a word. */
const SENTENCE = /\p{L}\p{Ll}[,.;:!?…”]? [“(]?\p{L}{2,}/u;

const CODE = /redis\.call\(|^<|:root\{/;
/** Of the log; of Express, for headers and for its own settings. */
const FOR_NOBODY = new Set(['debug', 'info', 'warn', 'error', 'set', 'enable', 'writeHead']);

/** What nobody reads: the log, the detail of an error, an import, a type. */
function isUnread(node: types.Node): boolean {
  if (types.isImportDeclaration(node) || types.isTSType(node) || types.isThrowStatement(node)) return true;
  // The grammar is the same in each language; why a job waits is for the log.
  if (types.isObjectProperty(node)) return types.isIdentifier(node.key) && ['usage', 'why'].includes(node.key.name);
  if (types.isCallExpression(node) && types.isIdentifier(node.callee, { name: 'addIssue' })) return true;
  if (types.isNewExpression(node)) return types.isIdentifier(node.callee) && node.callee.name.endsWith('Error');
  return (
    types.isCallExpression(node) &&
    types.isMemberExpression(node.callee) &&
    types.isIdentifier(node.callee.property) &&
    FOR_NOBODY.has(node.callee.property.name)
  );
}

const isLabel = (text: string): boolean => KEYS.some((key) => key === `label.${text}`);

/** The texts of a file; `…` stands for what is put in. */
function textsIn(path: string, isLeftOut: (node: types.Node) => boolean = () => false): string[] {
  const found: string[] = [];
  const visit = (node: types.Node): void => {
    if (isLeftOut(node)) return;
    if (types.isStringLiteral(node)) found.push(node.value);
    if (types.isTemplateLiteral(node)) found.push(node.quasis.map(({ value }) => value.cooked ?? value.raw).join('…'));
    for (const key of types.VISITOR_KEYS[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      for (const each of Array.isArray(child) ? child : [child]) if (types.isNode(each)) visit(each);
    }
  };
  visit(syntaxOf(path).program);
  return found;
}

/** What a message asks for, by name and kind; what stands out in it, too. */
function valuesIn(text: string, language: Language): string[] {
  const found = new Set<string>();
  const visit = (elements: ReturnType<IntlMessageFormat['getAst']>): void => {
    for (const element of elements) {
      if (element.type !== 0 && element.type !== 7) found.add(`${element.value}: ${element.type}`);
      if ('options' in element) for (const { value } of Object.values(element.options)) visit(value);
      if ('children' in element) visit(element.children);
    }
  };
  visit(new IntlMessageFormat(text, language).getAst());
  return [...found].sort();
}

describe('what people read', () => {
  test('stands in the catalogue, and nowhere else', () => {
    const strays = SPEAKS.flatMap((path) =>
      textsIn(path, isUnread)
        .filter((text) => SENTENCE.test(text) && !CODE.test(text) && !isLabel(text))
        .map((text) => `${path}: ${text}`),
    );
    expect(strays).toEqual([]);
  });

  test('is said somewhere, each sentence of it', () => {
    const texts = SOURCES.filter((path) => !path.startsWith('src/words/')).flatMap((path) => textsIn(path));
    const named = new Set(texts);
    // A family of keys is named by a template: `result.disconnect.…`.
    const families = texts
      .filter((text) => /^[a-z-]+\..*…/.test(text) && !text.includes(' '))
      .map(
        (text) =>
          new RegExp(
            `^${text
              .split('…')
              .map((part) => part.replaceAll('.', '\\.'))
              .join('[^.]*')}$`,
          ),
      );
    const isNamed = (key: string): boolean =>
      named.has(key.replace(/^label\./, '')) ||
      families.some((family) => family.test(key)) ||
      // What goes with another sentence: `….label`.
      (named.has(key.replace(/^.*(?=\.)/, '…')) && isNamed(key.replace(/\.[^.]*$/, '')));
    expect(KEYS.filter((key) => !isNamed(key))).toEqual([]);
  });
});

test('each column that is shown has a name in the catalogue', () => {
  const labels = RECORD_TYPE_NAMES.map(recordType).flatMap(({ cardFields, watchedFields, form }) =>
    [...cardFields, ...watchedFields, ...form].map(({ label }) => label),
  );
  expect(labels.filter((label) => !isLabel(label))).toEqual([]);
});

describe.each(LANGUAGES.filter((language) => language !== 'en'))('%s', (language) => {
  const words = CATALOGUES[language];

  test('asks for the same values as the English, by the same names', () => {
    const differing = KEYS.filter((key) => valuesIn(words[key], language).join() !== valuesIn(EN[key], 'en').join());
    expect(differing).toEqual([]);
  });

  test('is not left in English', () => {
    /** The same word in both. */
    const alike: Key[] = [
      'filing.file',
      'home.heading',
      'label.Team',
      'list.details',
      'pages.ask.servicenow',
      'pages.ask.slack',
    ];
    expect(KEYS.filter((key) => words[key] === EN[key]).sort()).toEqual(alike);
  });
});

test('German says “du”', () => {
  expect(KEYS.filter((key) => /\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b/.test(DE[key]))).toEqual([]);
});
