import type { Listing } from '../../desk/list.ts';
import { answersSearch, searchWords } from '../../records/search.ts';
import { COLUMNS, type Page, pageOf, USUAL } from '../list/run.ts';
import type { Tools } from '../tools.ts';
import type { Args } from './index.ts';

export type Result = Page<Args> & { words: string[] };

/** Pure: what is asked of ServiceNow. */
export function question(words: string[]): Listing {
  const orderBy = { field: 'sys_updated_on', descending: true };
  return {
    table: USUAL.table,
    columns: COLUMNS,
    query: { where: [{ is: 'matching', text: words.join(' ') }], orderBy },
    // Not the description: without an index it takes a minute on a big table.
    otherwise: { where: words.map((text) => ({ field: 'short_description', is: 'contains', text })), orderBy },
    answers: (row) => answersSearch(row, words),
  };
}

export async function run({ desk, instanceUrl }: Pick<Tools, 'desk' | 'instanceUrl'>, args: Args): Promise<Result> {
  const words = searchWords(args.words);
  return { ...(await pageOf(desk, question(words), args, instanceUrl)), words };
}
