import { createOwnWrites } from '../cards/own.ts';
import { takeTurn } from '../conversation/turn.ts';
import { LinkRequiredError, RefusedError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import type { Tools } from '../operations/tools.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import { attaching } from './attach-files.ts';
import type { PayloadOf } from './catalogue.ts';
import type { JobContext } from './define.ts';
import { holdingBack } from './hold-reply.ts';

export type ToolParts = Pick<
  JobContext,
  | 'cards'
  | 'connect'
  | 'desk'
  | 'digests'
  | 'enqueue'
  | 'files'
  | 'instanceUrl'
  | 'isUnfinished'
  | 'jobId'
  | 'jobIdOf'
  | 'links'
  | 'log'
  | 'madeAt'
  | 'messenger'
  | 'named'
  | 'now'
  | 'preferences'
  | 'replies'
  | 'run'
  | 'slackPerson'
  | 'subscriptions'
  | 'triedSince'
  | 'watches'
  | 'wordsFor'
>;

/** What an operation works with, for the person who asked. @param reply where the answer goes */
export async function toolsFor(payload: PayloadOf<'operate'>, reply: ReplyTarget, context: ToolParts): Promise<Tools> {
  const { person, account, key, correlationId } = payload;
  const { instanceUrl, watches, cards, preferences, subscriptions, replies, madeAt, now, log } = context;
  const link = await context.links.find(person);
  const desk = context.desk(person, link);
  const isUnfinished = (act: string, as?: string) => context.isUnfinished(context.jobIdOf(act), as);
  return {
    async me() {
      if (link?.status !== 'linked') throw new LinkRequiredError(link ? 'broken' : 'none');
      return link.user;
    },
    desk,
    instanceUrl,
    watches,
    cards,
    own: createOwnWrites(person, context),
    replies,
    takeTurn: (ref, corrects) =>
      takeTurn({ person, account, ref, key, corrects }, { replies, isUnfinished, madeAt, now }),
    holdBack: holdingBack({ ...payload, reply }, desk, context),
    attach: attaching(person, desk, context),
    async source({ channel, ts, author }) {
      const permalink = await unlessRefused(context.messenger.permalink(person, channel, ts));
      const writer = author ? await unlessRefused(context.slackPerson({ ...person, user: author })) : undefined;
      return { ...(permalink ? { permalink } : {}), ...(writer ? { author: writer.name } : {}) };
    },
    named: (text) => context.named(person, text),
    async notify(ref, reason, show) {
      const watcher = { kind: 'person', person } as const;
      const payload = { v: 1, correlationId, person, watcher, ref, reason, ...(show ? { show } : {}) } as const;
      const id = `${show ? 'show' : 'watch'}-${ref.sysId}-${watcherId(watcher)}-${context.jobId}`;
      await context.enqueue('notify-watcher', payload, id);
    },
    preferences,
    subscriptions,
    timeZone: async () => (await context.slackPerson(person)).timeZone,
    isShared: (channel) => context.messenger.isShared(person, channel),
    disconnect: () => context.connect.disconnect(person),
    now,
    log,
  };
}

/** Lost words would be worse than a missing link, so Slack's refusal is none. */
const unlessRefused = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined;
    throw error;
  });
