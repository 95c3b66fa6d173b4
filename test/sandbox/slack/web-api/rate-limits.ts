/** How often a method may be called: docs.slack.dev/apis/web-api/rate-limits. */
import type { Sim } from '../core.ts';
import { asText } from '../json.ts';
import { findChannel } from '../workspace.ts';
import type { Call, Tier } from './method.ts';

type Budget = { calls: number; perMs: number };

/** Slack's tiers are lower bounds ("20+"); whoever stays within them is safe everywhere. */
const BUDGETS: Record<Tier, Budget> = {
  // "1+ per minute, with infrequent bursts": a few at once are let through.
  1: { calls: 5, perMs: 60_000 },
  2: { calls: 20, perMs: 60_000 },
  3: { calls: 50, perMs: 60_000 },
  4: { calls: 100, perMs: 60_000 },
  many: { calls: 600, perMs: 60_000 },
  // One message a second and channel, short bursts allowed.
  post: { calls: 5, perMs: 5000 },
};

/** Seconds to wait, or 0. A call that is let through counts. */
export function takeBudget(sim: Sim, method: string, tier: Tier, call: Call): number {
  if (sim.rateLimits === 'off') return 0;
  const channel = tier === 'post' ? findChannel(call.workspace, asText(call.args['channel']))?.id : undefined;
  const name = [call.workspace.team.id, method, channel ?? ''].join(':');
  const { calls, perMs } = BUDGETS[tier];
  const now = sim.now();
  const recent = (sim.budgets.get(name) ?? []).filter((at) => now - at < perMs);
  sim.budgets.set(name, recent);
  const first = recent[0];
  if (recent.length >= calls && first !== undefined) return Math.max(1, Math.ceil((first + perMs - now) / 1000));
  recent.push(now);
  return 0;
}
