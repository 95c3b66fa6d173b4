import { z } from 'zod';
import { type AboutRecord, aboutRecord } from '../operations/about-record.ts';
import { args as commentArgs } from '../operations/comment/index.ts';
import { incident, args as incidentArgs } from '../operations/incident/index.ts';
import { args as rejectArgs } from '../operations/reject/index.ts';
import { args as reopenArgs } from '../operations/reopen/index.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { PayloadOf } from './catalogue.ts';
import { decideApproval } from './decide-approval.ts';
import type { Processor } from './define.ts';
import { fileRecord } from './file-record.ts';
import { updateRecordJob } from './update-record.ts';

type Payload = PayloadOf<'operate'>;

/** What all deeds on tickets know of themselves. */
type Deed = Omit<Payload, 'operation' | 'args' | 'reply'> & { reply: ReplyTarget };

export type Filing = Deed & Omit<z.infer<typeof incidentArgs>, 'submission'>;

type Comment = z.infer<typeof commentArgs>;

export type Update = Deed &
  AboutRecord &
  Pick<Comment, 'message' | 'corrects'> & {
    update:
      | ({ kind: 'comment' } & Pick<Comment, 'text' | 'fileIds' | 'lane'>)
      | { kind: 'reopen'; text: string }
      | { kind: 'confirm-fixed' };
  };

export type Decision = Deed & AboutRecord & { decision: 'approved' | 'rejected'; comment: string };

/** A deed that tells of itself while it goes on, on its card and in its thread, and not only when it is done. */
function tellingOfItself<A, D>(
  schema: z.ZodType<A>,
  toDeed: (deed: Deed, args: A) => D,
  processor: Processor<D>,
): Processor<Payload> {
  const read = ({ operation: _operation, args, reply, ...deed }: Payload): D =>
    toDeed({ ...deed, reply: reply ?? { kind: 'dm', channel: deed.person.user } }, schema.parse(args));
  const { onDelay } = processor;
  return {
    process: (payload, context) => processor.process(read(payload), context),
    ...(onDelay ? { onDelay: (payload, error, context) => onDelay(read(payload), error, context) } : {}),
    onGiveUp: (payload, error, context) => processor.onGiveUp(read(payload), error, context),
  };
}

const update = (deed: Deed, ref: AboutRecord['ref'], update: Update['update']): Update => ({ ...deed, ref, update });

const DEEDS: Record<string, Processor<Payload>> = {
  [incident.name]: tellingOfItself(
    incidentArgs,
    (deed, { submission, ...args }): Filing => ({ ...deed, ...args, key: submission }),
    fileRecord,
  ),
  comment: tellingOfItself(
    commentArgs,
    (deed, { ref, message, corrects, ...comment }): Update => ({
      ...update(deed, ref, { kind: 'comment', ...comment }),
      message,
      corrects,
    }),
    updateRecordJob,
  ),
  reopen: tellingOfItself(
    reopenArgs,
    (deed, { ref, text }) => update(deed, ref, { kind: 'reopen', text }),
    updateRecordJob,
  ),
  'confirm-fixed': tellingOfItself(
    aboutRecord,
    (deed, { ref }) => update(deed, ref, { kind: 'confirm-fixed' }),
    updateRecordJob,
  ),
  approve: tellingOfItself(
    aboutRecord,
    (deed, { ref }): Decision => ({ ...deed, ref, decision: 'approved', comment: '' }),
    decideApproval,
  ),
  reject: tellingOfItself(
    rejectArgs,
    (deed, { ref, comment }): Decision => ({ ...deed, ref, decision: 'rejected', comment }),
    decideApproval,
  ),
};

const operationIn = z.looseObject({ operation: z.string() });

/** The processor of an operation that is such a deed. */
export function deedIn(payload: unknown): Processor<Payload> | undefined {
  const { data } = operationIn.safeParse(payload);
  return data && Object.hasOwn(DEEDS, data.operation) ? DEEDS[data.operation] : undefined;
}
