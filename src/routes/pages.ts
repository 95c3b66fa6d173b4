import { createHash } from 'node:crypto';
import type { Language } from '../words/index.ts';

/** Our few pages: plain HTML, rendered here, usable without scripts and with a screen reader. */
export type Page = { status: number; title: string; paragraphs: string[]; form?: PageForm };

type PageForm = {
  action: string;
  fields: Record<string, string>;
  buttons: { text: string; name?: string; value?: string; quiet?: boolean }[];
};

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `
:root{color-scheme:light dark;--ink:#1d1c1d;--paper:#f6f5f3;--card:#fff;--line:#dddcd9;--accent:#0b6b50;--on-accent:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#ececea;--paper:#17181a;--card:#212327;--line:#3a3d42;--accent:#4cc79d;--on-accent:#0c1512}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
main{max-width:34rem;width:100%;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.4rem;line-height:1.25}
p{margin:0 0 1rem;overflow-wrap:anywhere}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button{padding:.65rem 1.2rem;border-radius:.5rem;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;cursor:pointer}
button.quiet{background:transparent;color:inherit;border-color:var(--line)}
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`;

/** For the content security policy, which lets no other style in. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/** Every word in `page` is escaped here, and nowhere else. */
export function renderPage({ title, paragraphs, form }: Page, language: Language): string {
  const fields = Object.entries(form?.fields ?? {}).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const buttons = (form?.buttons ?? []).map(
    ({ text, name, value, quiet }) =>
      `<button type="submit"${quiet ? ' class="quiet"' : ''}${name ? ` name="${escapeHtml(name)}" value="${escapeHtml(value ?? '')}"` : ''}>${escapeHtml(text)}</button>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${form ? `<form method="post" action="${escapeHtml(form.action)}">${fields.join('')}${buttons.join('')}</form>` : ''}
</main>
</body>
</html>`;
}
