import type { RequestListener } from 'node:http';
import {
  type AckFn,
  type AnyMiddlewareArgs,
  App,
  type Context,
  type Logger,
  LogLevel,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type { Config } from '../config.ts';
import { BridgeError } from '../errors.ts';
import type { Log } from '../log.ts';
import { wayOut } from '../outbound.ts';
import { nameStoreTrouble, type RedisClient } from '../redis/connection.ts';
import type { Person } from '../redis/keys.ts';
import type { Phrase, T } from '../words/index.ts';
import { webClientOptions } from './call.ts';
import { createDispatch, type Listening } from './dispatch.ts';
import { createHttpReceiver, type Outcome, ReplayedRequest } from './http-receiver.ts';
import { type Installations, NOT_INSTALLED } from './installations.ts';
import { isName, isReadable } from './request-shape.ts';

export const EVENTS_PATH = '/slack/events';

type SlackApp = {
  app: App;
  /** Where listeners register. */
  listening: Listening;
  /** Answers Slack's HTTP requests; absent in Socket Mode. */
  requestListener: RequestListener | undefined;
  /** Resolves when every listener has ended: some go on after their acknowledgement, to open a form. */
  idle: () => Promise<void>;
};

/** Bolt's App over HTTP or Socket Mode. Nothing is received before the listener is mounted or, for sockets, `app.start`. */
export function createSlackApp(parts: {
  config: Config;
  installations: Installations;
  redis: RedisClient;
  wordsFor: (person: Person) => Promise<T>;
  now: () => number;
  log: Log;
  /** Counts requests by what became of them at the door. */
  observe: (outcome: Outcome) => void;
}): SlackApp {
  const { config, installations, redis, wordsFor, now, log, observe } = parts;
  const logger = boltLogger(log);
  const http =
    config.slack.signingSecret !== undefined && config.slack.appToken === undefined
      ? createHttpReceiver({
          signingSecret: config.slack.signingSecret,
          redis,
          now,
          log,
          observe,
          onFailure: (error) => (noteFailure(log, error) ? 400 : 500),
        })
      : undefined;
  const receiver =
    http ??
    new SocketModeReceiver({
      appToken: config.slack.appToken ?? '',
      dispatcher: wayOut(),
      logger,
      installerOptions: { clientOptions: webClientOptions(config.slack.apiUrl) },
      // Bolt would acknowledge what failed before a listener saw it.
      processEventErrorHandler: async ({ error }) => {
        noteFailure(log, error);
        return false;
      },
    });

  const underway = new Set<Promise<void>>();
  const idle = async () => void (await Promise.allSettled(underway));
  const app = new App({
    receiver: guardAcknowledgements(receiver, underway, idle),
    // Nobody keeps state by conversation; looking for it fails, at the price of an error, in every request.
    convoStore: false,
    logger,
    clientOptions: webClientOptions(config.slack.apiUrl),
    authorize: async ({ teamId, enterpriseId }, body) => {
      const place = whereFrom({ teamId, enterpriseId });
      if (!isName(place.team) || !isName(place.tenant)) throw new UnreadableRequest('it names no workspace');
      try {
        const bot = await installations.find(place);
        // Not a failure: too many of those, and Slack sends no more events to any workspace.
        if (!bot) {
          log.info({ team: place.team }, 'slack request from where the app is not installed any more');
          return { teamId: place.team, refusal: NOT_INSTALLED } satisfies Refused;
        }
        // Payloads of one person name different teams, so whose they are is taken from the installation.
        return {
          botToken: bot.token,
          botId: bot.botId,
          botUserId: bot.botUserId,
          teamId: bot.team ?? place.team,
          ...(bot.enterprise === undefined ? {} : { enterpriseId: bot.enterprise }),
          tenant: bot.tenant,
        };
      } catch (error) {
        // Slack repeats an event; a person who did something hears at once that nothing came of it.
        if (body?.type === 'event_callback') throw error;
        const err = nameStoreTrouble(error);
        log.error({ err, team: place.team }, 'no bot for a slack request');
        const refusal: Phrase = err instanceof BridgeError ? err.forPerson : ['errors.unforeseen'];
        return { teamId: place.team, refusal } satisfies Refused;
      }
    },
  });
  const { listening, dispatch } = createDispatch();
  app.use(async (args) => {
    const { refusal } = args.context as Partial<Refused>;
    if (!refusal) return dispatch(args);
    if (!('ack' in args)) return;
    const t = await wordsFor(personFrom(args.context, userIn(args.body)));
    await (args.ack as AckFn<unknown>)(refusalOf(args.body, t(...refusal)));
  });
  return { app, listening, requestListener: http?.requestListener, idle };
}

/** What is put into Bolt's context where there is no bot to answer. */
type Refused = { teamId: string; refusal: Phrase };

/** Whoever did it; nobody for an event, to which nothing is said. */
function userIn(body: AnyMiddlewareArgs['body']): string {
  if ('user_id' in body && typeof body.user_id === 'string') return body.user_id;
  return 'user' in body && typeof body.user === 'object' && body.user && 'id' in body.user ? String(body.user.id) : '';
}

/** What an acknowledgement can say without a bot's token. */
function refusalOf(body: AnyMiddlewareArgs['body'], sentence: string): unknown {
  if (!('type' in body)) return { response_type: 'ephemeral', text: sentence };
  if (body.type === 'block_suggestion') return { options: [] };
  if (body.type !== 'view_submission' || !('view' in body)) return undefined;
  // An empty answer would close the form as if it had been taken.
  const [block = ''] = Object.keys(body.view.state.values);
  return { response_action: 'errors', errors: { [block]: sentence } };
}

class UnreadableRequest extends Error {}

/** Slack shows its own message, or repeats the event; either way nothing was promised. @returns whether it is no request that we know */
function noteFailure(log: Log, error: unknown): boolean {
  const unreadable = unreadableIn(error);
  if (unreadable) log.warn({ why: unreadable.message }, 'slack request not understood');
  else log.error({ err: error }, 'slack request failed');
  return unreadable !== undefined;
}

/** Bolt wraps what `authorize` throws. */
function unreadableIn(error: unknown): UnreadableRequest | undefined {
  const wrapped = error instanceof Error && 'original' in error ? error.original : undefined;
  return [error, wrapped].find((each) => each instanceof UnreadableRequest);
}

/**
 * Bolt acknowledges an event before its listeners have run; a crash in between would lose what somebody wrote. Here the
 * acknowledgement waits until they are done, and a failure leaves it out, so that Slack repeats the event. Anything else
 * that no listener answers is refused at once: Bolt would let the person wait for three seconds and longer.
 */
function guardAcknowledgements(inner: Receiver, underway: Set<Promise<void>>, idle: () => Promise<void>): Receiver {
  return {
    init: (app) =>
      inner.init(
        Object.assign(Object.create(app) as App, {
          processEvent: (event: ReceiverEvent) => {
            const work = listen(app, event);
            underway.add(work);
            return work.finally(() => underway.delete(work));
          },
        }),
      ),
    start: (...args: unknown[]) => inner.start(...args),
    async stop(...args: unknown[]) {
      // Their answers go through the connection that ends here. What still comes meanwhile is repeated by Slack.
      await idle();
      await inner.stop(...args);
    },
  };
}

async function listen(app: App, event: ReceiverEvent): Promise<void> {
  if (!isReadable(event.body)) throw new UnreadableRequest('another shape than Slack documents');
  if (event.body['type'] === 'event_callback') {
    await app.processEvent({ ...event, ack: async () => {} });
    return event.ack();
  }
  let heard = false;
  let stop = (_replay: ReplayedRequest) => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = reject;
  });
  const ack: ReceiverEvent['ack'] = async (answer) => {
    heard = true;
    try {
      await event.ack(answer);
    } catch (error) {
      if (!(error instanceof ReplayedRequest)) throw error;
      stop(error);
      // The listener does not go on, not even to say that something went wrong.
      await new Promise<never>(() => {});
    }
  };
  await Promise.race([app.processEvent({ ...event, ack }), stopped]);
  if (!heard) throw new UnreadableRequest('nobody listens for it');
}

type SlackPlace = { teamId?: string | undefined; enterpriseId?: string | undefined };

function whereFrom({ teamId, enterpriseId }: SlackPlace) {
  const team = teamId ?? enterpriseId ?? '';
  return { team, tenant: enterpriseId ?? team };
}

/** Who it is that did something, from what Bolt verified. */
export function personFrom(context: Context, user: string): Person {
  const tenant: unknown = context['tenant'];
  const place = whereFrom(context);
  // Bolt asks for no installation where the app was uninstalled.
  return { ...place, ...(typeof tenant === 'string' ? { tenant } : {}), user };
}

/** Bolt's words in our log. Never below info: at debug its client logs whole bodies. */
export function boltLogger(log: Log): Logger {
  const child = log.child({ from: 'bolt' });
  const words = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts) => child.info(words(parts)),
    warn: (...parts) => child.warn(words(parts)),
    error: (...parts) => child.error(words(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
