import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Link, Links } from '../accounts/links.ts';
import {
  BridgeError,
  type Fate,
  fateOf,
  LinkRequiredError,
  NotYetError,
  OutsiderError,
  StandByError,
  TakenOverError,
} from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/connection.ts';
import { type Person, personName, queuePrefix } from '../redis/keys.ts';
import { askToConnect } from './ask-to-connect.ts';
import { isJobName, jobRow } from './catalogue.ts';
import { type JobContext, policyOf, QUEUES, type QueueName, type Services } from './define.ts';
import { jobId as jobIdOf, type Queues } from './enqueue.ts';
import { accountIn, demandAccount, type Envelope, envelope } from './envelope.ts';
import { processorOf } from './processors.ts';
import type { Waiting } from './waiting.ts';
import { backoff, spread, standBy } from './waits.ts';

/** A killed process's jobs are taken over after this long. */
const LOCK_MS = 15_000;
const LOOK_FOR_STALLED_MS = 5_000;
/** Nothing that a job decides by is older than this. */
const AT_ONCE_MS = 50;
/** Leave given longer ago would not last for as long as a request may take. */
const FRESH_MS = 5_000;
/** Crashes are not the job's fault, so many are forgiven; a job that always kills its process is stopped in the end. */
const MAX_STALLED = 20;
/** How long a person may be left without an answer to a question. */
const LONGEST_SILENCE_MS = 15_000;
/** About as long, in failures of a deed: after that its person hears that it takes a while. */
const FAILURES_IN_SILENCE = 4;
/** As often is the operator reminded of what is still not mended. */
const REMIND_MS = 60 * 60_000;
/** While a release is rolled out, a job of the newer one may meet an older worker. By then all of them are of one release. */
const ROLL_OUT_MS = 24 * 60 * 60_000;
const LOOK_FOR_NEWER_MS = 30_000;

export type Workers = { close(force?: boolean): Promise<void> };

/** Consumes the queues: a payload is parsed, its processor runs, and what it throws meets its fate. */
export async function startWorkers(parts: {
  services: Services;
  queues: Queues;
  waiting: Waiting;
  connection: () => RedisClient;
  log: Log;
  /** Counts outcomes for the operator. */
  observe: (job: string, outcome: 'done' | 'retry' | 'wait' | 'park' | 'give-up', ms: number) => void;
  /** Counts what only an operator can mend, by Slack's error code. */
  observeStandBy: (code: string) => void;
}): Promise<Workers> {
  const { services, queues, waiting, connection, log, observe, observeStandBy } = parts;
  const remindedAt = new Map<string, number>();

  /** One loud line, however many jobs meet the same trouble. */
  const alarm = (error: unknown): void => {
    if (!(error instanceof StandByError)) return;
    observeStandBy(error.status);
    const last = remindedAt.get(error.status);
    if (last !== undefined && services.now() - last < REMIND_MS) return;
    remindedAt.set(error.status, services.now());
    log.error(
      { err: error, by: error.by },
      'slack takes nothing from this app until that is mended: messages wait for up to a week',
    );
  };

  /** Asked as late as possible before a write. */
  const mayWrite = (job: Job, token: string | undefined) => async () => {
    const known = envelope.safeParse(job.data);
    // Asked together: a request has to wait for both.
    await Promise.all([isOurs(job, token), known.success && demandAccount(known.data, services)]);
  };

  const contextFor = (job: Job, token: string | undefined, known: Envelope | undefined): JobContext => ({
    ...services,
    ...onlyWhile(mayWrite(job, token), isBackground(job), services),
    log: log.child({ job: job.name, operation: known?.operation, jobId: job.id, correlationId: known?.correlationId }),
    jobId: job.id ?? '',
    run: job.attemptsStarted,
    again: job.attemptsStarted > 1,
    failedBefore: job.attemptsMade > 0 || job.stalledCounter > 0,
    madeAt: job.timestamp,
    triedSince: job.attemptsStarted > 1 ? job.timestamp : undefined,
    jobIdOf,
    isUnfinished: async (jobId, account) => {
      const other = await queues.interactive.getJob(jobId);
      if (!other || (await other.isCompleted()) || (await other.isFailed())) return false;
      const theirs = accountIn(other);
      return account === undefined || theirs === undefined || theirs === account;
    },
  });

  async function run(queue: QueueName, job: Job, token: string | undefined): Promise<void> {
    const started = services.now();
    const settle = (outcome: Parameters<typeof observe>[1]) => observe(job.name, outcome, services.now() - started);
    const known = envelope.safeParse(job.data);
    const context = contextFor(job, token, known.data);
    const row = isJobName(job.name) ? jobRow(job.name) : undefined;
    const processor = isJobName(job.name) ? processorOf(job.name) : undefined;
    const parsed = row?.schema.safeParse(job.data);
    const delayUntil = async (until: number): Promise<never> => {
      // BullMQ goes by the clock of the machine, whatever `now` says.
      await job.moveToDelayed(Date.now() + until - services.now(), token);
      throw new DelayedError();
    };

    if (!known.success || !row || !processor || !parsed?.success) {
      const what = !row ? 'name' : `payload.${parsed?.error?.issues[0]?.path.join('.')}`;
      if (services.now() - job.timestamp < ROLL_OUT_MS) {
        if (context.run === 1)
          context.log.warn({ unknown: what }, 'job is not known here: it waits for a newer worker');
        settle('wait');
        return delayUntil(services.now() + Math.min(backoff(context.run), LOOK_FOR_NEWER_MS));
      }
      context.log.error({ unknown: what }, 'malformed job, given up');
      if (known.data?.person) await tellOfCorruptJob(context, known.data.person, known.data.correlationId);
      settle('give-up');
      throw new UnrecoverableError('malformed job');
    }
    const payload = parsed.data;
    const { person } = known.data;
    const { attempts, withoutLink, keptMs, isPatient } = policyOf(row, job.data);

    /** The person is told before the job ends: a crash in between repeats the telling, not the silence. */
    const giveUp = async (error: unknown): Promise<never> => {
      context.log.error({ err: error }, 'job given up');
      await processor.onGiveUp(payload, error, context);
      settle('give-up');
      throw new UnrecoverableError(error instanceof BridgeError ? error.code : 'unexpected');
    };

    try {
      const link = await demandAccount(known.data, services);
      await processor.process(payload, link ? { ...context, links: justRead(link, person, services.links) } : context);
      if (context.again && person) await waiting.unpark(person, queue, job);
      settle('done');
    } catch (error) {
      // BullMQ lets nobody settle a job who has lost it, so nothing is left to do here.
      if (error instanceof TakenOverError) throw error;
      const fate = fateOf(error);
      if (fate.kind === 'give-up') return giveUp(error);

      if (fate.kind === 'park') {
        if (!person || withoutLink === 'give-up') return giveUp(error);
        if (services.now() - job.timestamp > keptMs) return giveUp(error);
        // Asked first: whoever is parked counts as asked.
        if (!(await waiting.isParked(person, queue, job))) {
          const askAgain = await askToConnect(error, { ...known.data, person }, context);
          if (askAgain instanceof OutsiderError) return giveUp(askAgain);
          if (askAgain !== undefined) return delayUntil(askAgain);
        }
        settle('park');
        if (withoutLink === 'ask') return context.log.info('nobody to act as, left to the day they connect');
        const until = await waiting.park(person, queue, job, known.data.account);
        context.log.info(
          { reason: error instanceof LinkRequiredError ? error.reason : undefined },
          'job waits for a link',
        );
        return delayUntil(until);
      }

      if (fate.kind === 'stand-by') {
        alarm(error);
        const age = services.now() - job.timestamp;
        if (age > keptMs) return giveUp(error);
        settle('wait');
        context.log.info({ err: error }, 'job stands by');
        return delayUntil(services.now() + standBy(age));
      }

      // A question whose answer would come much later is better asked again.
      if (fate.kind === 'wait' && !isPatient && fate.until - services.now() > LONGEST_SILENCE_MS) return giveUp(error);
      const isFirst = context.run === 1 || (fate.kind === 'retry' && job.attemptsMade === 0);
      const isLong = isLongDelay(error, fate, job.attemptsMade, services.now());
      await processor.onDelay?.(payload, error, { isFirst, isLong }, context);
      if (fate.kind === 'wait') {
        settle('wait');
        context.log.info({ err: error }, 'job waits');
        return delayUntil(fate.until + spread(fate.until - services.now()));
      }
      if (job.attemptsMade + 1 >= attempts) return giveUp(error);
      settle('retry');
      context.log.warn({ err: error, failures: job.attemptsMade + 1 }, 'job will be tried again');
      // BullMQ stores the message and the stack of what is thrown, so it gets neither.
      throw Object.assign(new Error(error instanceof BridgeError ? error.code : 'unexpected'), { stack: undefined });
    }
  }

  async function giveUpStalled(job: Job, error: Error): Promise<void> {
    log.error({ jobId: job.id, job: job.name }, 'job stopped: it stalled too often');
    const known = envelope.safeParse(job.data);
    const payload = isJobName(job.name) ? jobRow(job.name).schema.safeParse(job.data) : undefined;
    if (!known.success || !payload?.success || !isJobName(job.name)) return;
    await processorOf(job.name).onGiveUp(payload.data, error, contextFor(job, undefined, known.data));
  }

  const workers = (Object.keys(QUEUES) as QueueName[]).map((queue) => {
    const worker = new Worker(queue, (job, token) => run(queue, job, token), {
      connection: connection(),
      prefix: queuePrefix(queue, services.instance),
      concurrency: QUEUES[queue].concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOOK_FOR_STALLED_MS,
      maxStalledCount: MAX_STALLED,
      settings: { backoffStrategy: (failures) => backoff(failures) },
      autorun: false,
    });
    worker.on('error', (err) => log.warn({ err, queue }, 'worker trouble'));
    worker.on('stalled', (jobId) => log.warn({ jobId, queue }, 'job stalled, taken over'));
    // Stalled too often: the processor never got to say goodbye.
    worker.on('failed', (job, error) => {
      if (job && job.stalledCounter > MAX_STALLED)
        giveUpStalled(job, error).catch((err) => log.error({ err }, 'a stopped job could not be told of'));
    });
    return worker;
  });

  for (const worker of workers) void worker.run();
  return { close: async (force) => void (await Promise.all(workers.map((worker) => worker.close(force)))) };
}

const isBackground = ({ queueName }: Job): boolean =>
  Object.entries(QUEUES).some(([name, queue]) => name === queueName && queue.isBackground);

/** A processor that looks for the link at once gets the one that was read for it; whoever looks later reads it anew. */
function justRead(link: Link, person: Person | undefined, links: Links): Links {
  let unread: Link | undefined = link;
  const readAt = performance.now();
  return {
    ...links,
    find(of) {
      const isTheirs = person && personName(of) === personName(person);
      const found = isTheirs && performance.now() - readAt < AT_ONCE_MS ? unread : undefined;
      unread = undefined;
      return found ? Promise.resolve(found) : links.find(of);
    },
  };
}

/** @throws {TakenOverError} where the lock has gone to somebody else, or to nobody */
async function isOurs(job: Job, token: string | undefined): Promise<void> {
  if (token === undefined) return;
  let askedAt: number;
  do {
    askedAt = performance.now();
    if ((await job.extendLock(token, LOCK_MS)) !== 1) throw new TakenOverError('job taken over');
    // The answer was true when Redis gave it; a process that stood still before it read that has to ask again.
  } while (performance.now() - askedAt > FRESH_MS);
}

/**
 * A process that stood still for longer than the lock lasts goes on in the middle of a job that another has done by now.
 * So whatever cannot be done twice asks first, as late as possible.
 */
function onlyWhile(
  fence: () => Promise<void>,
  isBackground: boolean,
  services: Services,
): Pick<Services, 'desk' | 'messenger'> {
  const { messenger } = services;
  return {
    desk: (person, link) => services.desk(person, link, { fence, isBackground }),
    messenger: {
      ...messenger,
      postDirect: (person, post) => messenger.postDirect(person, { ...post, fence }),
      postIn: (where, channel, thread, post) => messenger.postIn(where, channel, thread, { ...post, fence }),
      uploadFile: (where, card, file, how) => messenger.uploadFile(where, card, file, { ...how, fence }),
    },
  };
}

/** What is over in a moment is not worth a word; neither is waiting for ourselves. */
const isLongDelay = (error: unknown, fate: Fate, failures: number, now: number): boolean =>
  fate.kind === 'wait'
    ? !(error instanceof NotYetError) && fate.until - now > LONGEST_SILENCE_MS
    : failures === FAILURES_IN_SILENCE;

async function tellOfCorruptJob(context: JobContext, person: Person, correlationId: string): Promise<void> {
  const t = await context.wordsFor(person);
  const sentence = t('errors.with-reference', { sentence: t('errors.corrupt-job'), reference: correlationId });
  const content = { kind: 'notice', sentence } as const;
  await context.enqueue('deliver-message', { v: 1, correlationId, person, content }, `corrupt-${context.jobId}`);
}
