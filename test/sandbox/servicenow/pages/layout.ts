import { html } from '../http.ts';
import type { Reply } from '../types.ts';

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const style = `
:root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--ink:#16222c;--soft:#52626f;--line:#d5dde3;--brand:#1f6f5c;--brandink:#fff;--warn:#9a3b12;--chip:#e4efec}
@media (prefers-color-scheme:dark){:root{--bg:#11181d;--card:#1a242b;--ink:#e8eef2;--soft:#a3b3bf;--line:#33424d;--brand:#63c7ae;--brandink:#0d1f1a;--warn:#ffb38a;--chip:#223a35}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header.bar{background:var(--card);border-bottom:1px solid var(--line)}header.bar>div,main{max-width:64rem;margin:0 auto;padding:.75rem 1.25rem}
header.bar>div{display:flex;gap:1.25rem;align-items:center;flex-wrap:wrap}header.bar nav{display:flex;gap:1rem;flex:1}
main{padding-block:1.5rem 4rem}main.narrow{max-width:30rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
a{color:var(--brand)}.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;margin-bottom:1rem}
.card>:is(h2,label):first-of-type{margin-top:0}.soft{color:var(--soft)}.warn{color:var(--warn);font-weight:600}label{display:block;font-weight:600;margin:.75rem 0 .25rem}
input,select,textarea{width:100%;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .625rem}
textarea{min-height:5rem}button{font:inherit;font-weight:600;border:1px solid var(--brand);background:var(--brand);color:var(--brandink);border-radius:.5rem;padding:.5rem 1rem;cursor:pointer;margin-top:.75rem}
button.plain{background:none;color:var(--brand)}button.link{background:none;border:0;color:var(--brand);padding:0;margin:0;text-decoration:underline;font-weight:400}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}table{width:100%;border-collapse:collapse;background:var(--card)}
th,td{text-align:left;padding:.5rem .625rem;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.75rem}.chip{background:var(--chip);border-radius:1rem;padding:.1rem .6rem;white-space:nowrap}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem}.grid .card{margin:0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0}
.people{list-style:none;padding:0;margin:0;display:grid;gap:.5rem}.people button{width:100%;text-align:left;margin:0}.people small{display:block;font-weight:400}
.entry{border-left:4px solid var(--line);padding:.25rem .75rem;margin:.75rem 0;white-space:pre-wrap;overflow-wrap:anywhere}.entry.note{border-color:var(--warn)}
.row{display:flex;gap:.75rem;flex-wrap:wrap}`;

type Page = {
  title: string;
  body: string;
  narrow?: boolean;
  bar?: string;
  status?: number;
  headers?: Reply['headers'];
};

/** One page; `body` and `bar` are HTML, the title is text. */
export function page({ title, body, narrow, bar, status = 200, headers = {} }: Page): Reply {
  return html(
    status,
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · ServiceNow sandbox</title><style>${style}</style></head><body>
<header class="bar"><div><strong>ServiceNow <span class="soft">sandbox</span></strong>${bar ?? ''}</div></header>
<main${narrow ? ' class="narrow"' : ''}>${body}</main></body></html>`,
    {
      'Cache-Control': 'no-store',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      ...headers,
    },
  );
}

export const message = (title: string, text: string, status = 200): Reply =>
  page({
    title,
    narrow: true,
    status,
    body: `<div class="card"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></div>`,
  });
