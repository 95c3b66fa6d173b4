import { canReadRow } from './acl.ts';
import { demandJson, json, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { ApiError, noRecord, type Reply, type Row, type User } from './types.ts';

/** `/api/sn_km_api/knowledge/articles` (fact sheet §4.3): published articles only. */
export function knowledgeApi(instance: Instance, request: Request, user: User, path: string[]): Reply {
  const [articles, id, ...more] = path;
  if (articles !== 'articles' || more.length > 0) throw noSuchResource();
  if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
  demandJson(request, false);
  const published = instance.db
    .rows('kb_knowledge')
    .filter((row) => row['workflow_state'] === 'published' && canReadRow(instance.db, user, 'kb_knowledge', row));
  if (id === undefined) return search(request, published);
  const row = published.find((article) => article['sys_id'] === id || article['number'] === id);
  if (!row) throw noRecord();
  return json(200, {
    result: {
      content: row['text'],
      number: row['number'],
      sys_id: row['sys_id'],
      short_description: row['short_description'],
      display_attachments: true,
      attachments: [],
    },
  });
}

const plain = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

function search(request: Request, rows: Row[]): Reply {
  const params = request.url.searchParams;
  const query = params.get('query') ?? '';
  const limit = Number(params.get('limit') ?? 30);
  const offset = Number(params.get('offset') ?? 0);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows
    .map((row) => ({ row, score: score(row, words) }))
    .filter(({ score: points }) => points > 0 || words.length === 0)
    .sort((a, b) => b.score - a.score);
  const fields = (params.get('fields') ?? '').split(',').filter(Boolean);
  return json(200, {
    result: {
      meta: {
        start: offset,
        end: Math.min(offset + limit, found.length),
        fields: fields.join(','),
        query,
        filter: '',
        kb: params.get('kb') ?? '',
        language: params.get('language') ?? 'en',
        count: found.length,
        ts_query_id: '0c1d2e3f4a5b4c6d8e9f0a1b2c3d4e5f',
        status: { code: 200 },
      },
      articles: found.slice(offset, offset + limit).map(({ row, score: points }, index) => ({
        link: `?id=kb_article_view&sys_kb_id=${row['sys_id']}`,
        rank: index + 1,
        id: `kb_knowledge:${row['sys_id']}`,
        title: row['short_description'],
        snippet: plain(row['text'] ?? '').slice(0, 200),
        score: points,
        number: row['number'],
        fields: Object.fromEntries(
          fields
            .filter((name) => row[name] !== undefined)
            .map((name) => [name, { display_value: row[name], name, label: name, type: 'string', value: row[name] }]),
        ),
      })),
    },
  });
}

/** Every word has to occur; a title counts more than a text. */
function score(row: Row, words: string[]): number {
  const title = (row['short_description'] ?? '').toLowerCase();
  const text = plain(row['text'] ?? '').toLowerCase();
  const points = words.map((word) => (title.includes(word) ? 10 : 0) + (text.includes(word) ? 3.2 : 0));
  return points.includes(0) ? 0 : points.reduce((sum, point) => sum + point, 0);
}
