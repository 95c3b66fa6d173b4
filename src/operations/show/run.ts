import { meantFor } from '../../records/meant-for.ts';
import { refKey } from '../../records/ref.ts';
import { type Ticket, toTicket } from '../../records/ticket.ts';
import type { RecordTypeName } from '../../records/types.ts';
import type { Tools } from '../tools.ts';
import type { Args } from './index.ts';

export type Result =
  /** `typed`: words that they may want to have on it. */
  | { ticket: Ticket; typed: { ref: string; words: string; forStaff: boolean } | undefined }
  /** Numbers that the question fits alike. */
  | { others: string[] }
  | { missing: string; kind: RecordTypeName };

export async function run({ desk, instanceUrl }: Pick<Tools, 'desk' | 'instanceUrl'>, args: Args): Promise<Result> {
  const { type, record, others } = await desk.find(args);
  if (others.length > 0) return { others };
  if (!record) return { missing: args.candidates[0] ?? '', kind: args.type };
  const { words } = args;
  const ref = refKey({ type, sysId: record.sysId });
  return {
    ticket: toTicket(type, record, instanceUrl),
    typed: words ? { ref, words, forStaff: meantFor(words) === 'staff' } : undefined,
  };
}
