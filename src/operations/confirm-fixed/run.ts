import type { Change } from '../../desk/proof.ts';
import { verbOf } from '../../records/types.ts';
import { CONFIRMED_FIXED } from '../../records/written.ts';
import type { AboutRecord } from '../about-record.ts';
import type { Act } from '../tools.ts';
import { lookForRemains, type Remains, type WritingTools, type Written, writeInTurn } from '../writing.ts';

export const run = (tools: WritingTools, { ref }: AboutRecord, act: Act): Promise<Written | undefined> =>
  writeInTurn(tools, { ref, change: changeOf(ref) }, act);

export const lookBack = (tools: WritingTools, { ref }: AboutRecord, act: Act, error: unknown): Promise<Remains> =>
  lookForRemains(tools, { ref, change: changeOf(ref) }, act, error);

const changeOf = ({ type }: AboutRecord['ref']): Change => ({
  fields: { ...verbOf(type, 'confirm-fixed')?.sets },
  words: { journal: 'comments', text: CONFIRMED_FIXED },
});
