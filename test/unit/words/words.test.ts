import { expect, test } from '@jest/globals';
import { languageAccepted, languageOf, wordsOf } from '../../../src/words/index.ts';

const [en, de] = [wordsOf('en'), wordsOf('de')];

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE_de', 'de'],
  ['en-GB', 'en'],
  ['fr-FR', 'en'],
  ['', 'en'],
  [undefined, 'en'],
])('who reads %s is answered in %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});

test.each([
  ['de-CH,de;q=0.9,en;q=0.8', 'de'],
  ['fr, de;q=0.3, en;q=0.7', 'en'],
  ['fr;q=0.9,de', 'de'],
  ['*', 'en'],
  ['de;q=nonsense, en;q=0.1', 'en'],
  [',;,=', 'en'],
  [undefined, 'en'],
])('a browser that accepts %s reads %s', (header, language) => {
  expect(languageAccepted(header)).toBe(language);
});

test('what people wrote is neither a mark nor a value', () => {
  const typed = "<b>x</b> {number} '{' # it's";
  expect(en('typed.did-you-mean', { typed, command: 'list' })).toBe(`I don't know “${typed}”. Did you mean “list”?`);
  expect(de.parts('home.connected', { name: typed, instance: 'dev' })).toEqual([
    { text: 'Du bist verbunden als ' },
    { text: typed, mark: 'b' },
    { text: ' auf dev.' },
  ]);
  expect(de('home.connected', { name: typed, instance: 'dev' })).toBe(`Du bist verbunden als ${typed} auf dev.`);
});

test('lists and numbers follow the language', () => {
  expect([en, de].map((t) => t.all(['a', 'b']))).toEqual(['a and b', 'a und b']);
  expect([en, de].map((t) => t.either(['1', '2', '3']))).toEqual(['1, 2, or 3', '1, 2 oder 3']);
  expect(en.list(['a', 'b', 'c'])).toBe('a, b, c');
  expect(de('typed.search.most', { most: 5 })).toContain('höchstens 5 Wörter');
});
