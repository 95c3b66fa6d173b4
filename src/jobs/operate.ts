import { LinkRequiredError } from '../errors.ts';
import { watcherId } from '../notifications/watches.ts';
import { operationCalled } from '../operations/index.ts';
import type { Tools } from '../operations/tools.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import { answerFailure } from './answer-failure.ts';
import type { PayloadOf, ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

type Payload = PayloadOf<'operate'>;

/** Carries out what a person wants, whichever way they said so, and tells them what came of it. */
export const operate: ProcessorOf<'operate'> = {
  async process(payload, context) {
    const { operation, args, person, key } = payload;
    const reply = placeFor(payload);
    const { madeAt, again } = context;
    const tools = await toolsFor(payload, context);
    const act = { person, key, channel: reply.channel, madeAt, again };
    const t = await context.wordsFor(person);
    const message = await operationCalled(operation)?.carryOut(tools, args, act, t);
    if (message) await context.reply(person, reply, message);
  },
  onGiveUp: (payload, error, context) => answerFailure({ ...payload, reply: placeFor(payload) }, error, context),
};

const placeFor = ({ person, reply }: Payload): ReplyTarget => reply ?? { kind: 'dm', channel: person.user };

async function toolsFor({ person, correlationId }: Payload, context: JobContext): Promise<Tools> {
  const { instanceUrl, watches, cards, preferences, subscriptions, now, log } = context;
  const link = await context.links.find(person);
  return {
    async me() {
      if (link?.status !== 'linked') throw new LinkRequiredError(link ? 'broken' : 'none');
      return link.user;
    },
    desk: context.desk(person, link),
    instanceUrl,
    watches,
    cards,
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
