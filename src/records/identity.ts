import { createHash } from 'node:crypto';

/**
 * A record's identity follows from what the person did in Slack, so that filing it twice meets the same record.
 * @param key what Slack calls the act, e.g. tenant and view id; the same act must always give the same key
 */
export function recordIdentity(key: string): { sysId: string; correlationId: string } {
  const digest = createHash('sha256').update(`slack-servicenow-bridge:${key}`).digest('hex');
  return { sysId: digest.slice(0, 32), correlationId: `slack-${digest.slice(32, 56)}` };
}
