import { IntlMessageFormat } from 'intl-messageformat';
import { DE } from './de/index.ts';
import { EN } from './en/index.ts';
import type { ValuesIn } from './values.ts';

/** Names a sentence in the catalogue: `area.sentence`. */
export type Key = keyof typeof EN;

/** All sentences in one language. A key that is missing in it, or that only it has, does not compile. */
export type Catalogue = Readonly<Record<Key, string>>;

const CATALOGUES = { en: EN, de: DE } as const satisfies Record<string, Catalogue>;

export type Language = keyof typeof CATALOGUES;

export const LANGUAGES = Object.keys(CATALOGUES) as [Language, ...Language[]];

type ValuesOf<K extends Key> = ValuesIn<(typeof EN)[K]>;

/** A sentence without values. */
export type PlainKey = { [K in Key]: ValuesOf<K> extends [] ? K : never }[Key];

/** What is to be said, before it is known who reads it: a key, and the values if the sentence has any. */
export type Phrase = { [K in Key]: readonly [key: K, ...values: ValuesOf<K>] }[Key];

/** A piece of a sentence that is to stand out: `<b>` and `<code>` in the catalogue. */
export type Part = { text: string; mark?: 'b' | 'code' };

/** Puts something into the words of one language. */
export interface T {
  <K extends Key>(key: K, ...values: ValuesOf<K>): string;
  (...phrase: Phrase): string;
  /** The same, where its marks are shown. */
  parts<K extends Key>(key: K, ...values: ValuesOf<K>): Part[];
  readonly language: Language;
  /** What we call a column of ServiceNow's, or what it leaves empty; as it is, where that is none of our words. */
  label(text: string): string;
  /** One after the other: a, b, c. */
  list(items: readonly string[]): string;
  /** All of them: a, b and c. */
  all(items: readonly string[]): string;
  /** One of them: a, b or c. */
  either(items: readonly string[]): string;
}

const LABEL = 'label.';

type Values = Record<string, string | number | boolean | Date>;

/** What has neither values nor marks nor quotes is said as it stands. */
const NEEDS_FORMAT = /[{<']/;

type Chunks = (string | Part)[];
const unmarked = (chunks: Chunks): string =>
  chunks.map((chunk) => (typeof chunk === 'string' ? chunk : chunk.text)).join('');
const marked =
  (mark: 'b' | 'code') =>
  (chunks: Chunks): Part => ({ mark, text: unmarked(chunks) });
/** Days are those of one zone, for whoever reads them anywhere; a time is an element of Slack's. */
const FORMATS = { date: { day: { dateStyle: 'long', timeZone: 'UTC' } } } as const;

const MARKS = { b: marked('b'), code: marked('code') };
const NO_MARKS = { b: unmarked, code: unmarked };

function wordsIn(language: Language): T {
  const catalogue: Catalogue = CATALOGUES[language];
  const parsed = new Map<Key, IntlMessageFormat>();
  const labels = new Map(
    Object.entries(catalogue).flatMap(([key, text]) =>
      key.startsWith(LABEL) ? [[key.slice(LABEL.length), text] as const] : [],
    ),
  );
  /** A sentence is parsed when it is first said. */
  const formatOf = (key: Key): IntlMessageFormat => {
    const known = parsed.get(key);
    const format = known ?? new IntlMessageFormat(catalogue[key], language, FORMATS);
    if (!known) parsed.set(key, format);
    return format;
  };
  const say = (key: Key, values?: Values): string => {
    const text = catalogue[key];
    return NEEDS_FORMAT.test(text) ? String(formatOf(key).format({ ...NO_MARKS, ...values })) : text;
  };
  const parts = (key: Key, values?: Values): Part[] =>
    [formatOf(key).format<Part>({ ...MARKS, ...values })]
      .flat()
      .map((part) => (typeof part === 'string' ? { text: part } : part));
  const listing = (type: Intl.ListFormatType) => {
    const format = new Intl.ListFormat(language, { type });
    return (items: readonly string[]) => format.format(items);
  };
  // Which values a key asks for is known to callers; in here all keys are alike.
  return Object.assign(say, {
    parts,
    language,
    label: (text: string) => labels.get(text) ?? text,
    list: listing('unit'),
    all: listing('conjunction'),
    either: listing('disjunction'),
  }) as T;
}

const WORDS: Record<Language, T> = { en: wordsIn('en'), de: wordsIn('de') };

export const wordsOf = (language: Language): T => WORDS[language];

/** @param header a browser's `Accept-Language` @returns the one that its person likes best, of those that we speak */
export function languageAccepted(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((each) => {
      const [locale = '', weight = 'q=1'] = each.split(';').map((part) => part.trim());
      return { language: languageIn(locale), weight: Number(weight.slice('q='.length)) || 0 };
    });
  return wanted.sort((a, b) => b.weight - a.weight).find(({ language }) => language)?.language ?? 'en';
}

/** @param locale as Slack or a browser names it, `de-AT` say @returns English where we do not speak it */
export const languageOf = (locale: string | undefined): Language => languageIn(locale ?? '') ?? 'en';

function languageIn(locale: string): Language | undefined {
  const [language] = locale.toLowerCase().split(/[-_]/);
  return LANGUAGES.find((each) => each === language);
}
