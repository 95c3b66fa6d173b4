import type { Change } from '../../desk/proof.ts';
import { verbOf } from '../../records/types.ts';
import type { Act, Tools } from '../tools.ts';
import { lookForRemains, type Remains, type WritingTools, type Written, writeInTurn } from '../writing.ts';
import type { Args } from './index.ts';

type Uses = WritingTools & Pick<Tools, 'named'>;

/** Opens it again, with the words that say why. */
export const run = async (tools: Uses, { ref, text }: Args, act: Act): Promise<Written | undefined> =>
  writeInTurn(tools, { ref, change: changeOf(ref, await tools.named(text)) }, act);

export const lookBack = async (tools: Uses, { ref, text }: Args, act: Act, error: unknown): Promise<Remains> =>
  lookForRemains(tools, { ref, change: changeOf(ref, await tools.named(text).catch(() => text)) }, act, error);

const changeOf = ({ type }: Args['ref'], text: string): Change => ({
  fields: { ...verbOf(type, 'reopen')?.sets },
  words: { journal: 'comments', text: text.trim() },
});
