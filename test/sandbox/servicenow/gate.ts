import { api } from './api.ts';
import { type FaultKind, faultReply, semaphoreFull, truncated } from './faults.ts';
import { failure, notAuthenticated, type Request, sessionIn } from './http.ts';
import { type Instance, userOf } from './instance.ts';
import { authenticate } from './oauth.ts';
import type { Pauses } from './pauses.ts';
import { inLanguage } from './refusal-language.ts';
import type { Semaphore } from './semaphore.ts';
import { ApiError, type RecordedRequest, type Reply, type User } from './types.ts';

/** How an answer leaves: whole, cut in the middle, or not at all. */
export type Outcome = { reply: Reply; delivery: 'whole' | 'half' | 'none' };

type Gate = { instance: Instance; pauses: Pauses; semaphore: Semaphore };

const instead: FaultKind[] = ['drop-202', 'rate-limit', 'semaphore', 'unauthorized-once'];

/** The way of an API request: cookies, token, rate limit, semaphore, work, and the faults on each step. */
export async function throughApi(gate: Gate, request: Request, recorded: RecordedRequest): Promise<Outcome> {
  const { instance, semaphore, pauses } = gate;
  const user = authenticate(instance, request.headers.authorization) ?? joinedUser(instance, request.headers.cookie);
  if (!user) return whole(failure(notAuthenticated()));
  recorded.user = user.sysId;
  const session = sessionIn(request.headers.cookie);
  if (session) instance.joined.set(session, user.sysId);

  const asked = { method: request.method, path: request.url.pathname, user: user.sysId };
  const refused = instance.faults.strike(instead, asked);
  const refusal = refused && faultReply(refused, instance.now());
  if (refusal) return whole(refusal);

  const turn = semaphore.enter();
  if (!turn) return whole(semaphoreFull());
  const { mostAtOnce } = instance.settings;
  if (semaphore.maxConcurrent > mostAtOnce) noteOnce(instance, `more than ${mostAtOnce} requests at once`);
  await turn;
  try {
    const { latencyMs } = instance.settings;
    await pauses.wait(typeof latencyMs === 'function' ? latencyMs() : latencyMs);
    return await withFaults(gate, asked, () => work(instance, request, user));
  } finally {
    semaphore.leave();
  }
}

/** Runs the work between the faults that come before it and those that come after it. */
export async function withFaults(
  { instance, pauses }: Gate,
  asked: { method: string; path: string; user: string | undefined },
  run: () => Reply,
): Promise<Outcome> {
  const { faults } = instance;
  const latency = faults.strike(['latency'], asked);
  if (latency) await pauses.wait(latency.ms ?? 200);
  const reply = run();
  const slow = faults.strike(['slow'], asked);
  if (slow) await pauses.wait(slow.ms ?? 61_000);
  const after = faults.strike(
    ['timeout-after-commit', 'forbidden-after-commit', 'truncated-200-error', 'reset-mid-body', 'reset-after-commit'],
    asked,
  );
  if (!after) return whole(reply);
  if (after.kind === 'reset-after-commit') return { reply, delivery: 'none' };
  if (after.kind === 'reset-mid-body') return { reply, delivery: 'half' };
  if (after.kind === 'truncated-200-error') return whole(truncated(reply));
  return whole(faultReply(after, instance.now()) ?? reply);
}

function work(instance: Instance, request: Request, user: User): Reply {
  try {
    return api(instance, request, user);
  } catch (error) {
    if (error instanceof ApiError) return failure(inLanguage(error, instance.settings.refusalLanguage));
    throw error;
  }
}

const whole = (reply: Reply): Outcome => ({ reply, delivery: 'whole' });

/** A session that a token has begun goes on without it (fact sheet §5.3). */
function joinedUser(instance: Instance, cookie: string | undefined): User | undefined {
  const sysId = instance.joined.get(sessionIn(cookie));
  return sysId === undefined ? undefined : userOf(instance, sysId);
}

function noteOnce(instance: Instance, text: string): void {
  if (!instance.violations.includes(text)) instance.violations.push(text);
}
