import type { PlainTextElement, RichTextBlock, RichTextElement } from '@slack/types';
import type { Part } from '../words/index.ts';

/**
 * Words of people and of ServiceNow go into `plain_text` and rich-text elements only. Slack never parses those, so
 * `<!channel>`, `<@U…>`, links and `*` stay what they are: characters.
 */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts visibly, and never through a character: the result ends in an ellipsis and is at most `limit` UTF-16 units. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // One unit more than fits, or a character that ends beyond the limit would look complete.
  const end = graphemes.segment(text.slice(0, limit + 1)).containing(limit - 1)?.index ?? 0;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** A `plain_text` object. Empty text is not allowed by Slack, so it becomes a dash. */
export const plain = (text: string, limit: number): PlainTextElement => ({
  type: 'plain_text',
  text: truncate(text.trim() || '–', limit),
  emoji: false,
});

/** For the one place that Slack parses whatever we do: a message's own `text`, which screen readers read. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const bold = (text: string): RichTextElement => ({ type: 'text', text, style: { bold: true } });
export const normal = (text: string): RichTextElement => ({ type: 'text', text });
export const code = (text: string): RichTextElement => ({ type: 'text', text, style: { code: true } });
/** A sentence of the catalogue, with what is to stand out in it. */
export const withMarks = (parts: Part[]): RichTextElement[] =>
  parts.map(({ text, mark }) => (mark === 'b' ? bold(text) : mark === 'code' ? code(text) : normal(text)));

export const link = (url: string, text: string): RichTextElement => ({ type: 'link', url, text });

/** Paragraphs of rich text. Slack refuses empty text elements, so they are left out. */
export function richText(...paragraphs: RichTextElement[][]): RichTextBlock {
  const kept = paragraphs.map((elements) => elements.filter((each) => each.type !== 'text' || each.text !== ''));
  const lines = kept.filter((elements) => elements.length > 0);
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: lines.flatMap((elements, index) => (index === 0 ? elements : [normal('\n'), ...elements])),
      },
    ],
  };
}
