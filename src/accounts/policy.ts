import type { ServiceNowUser } from '../servicenow/people.ts';

export type LinkPolicy = 'email' | 'confirm';

export type SlackProfile = { email: string | undefined; name: string; active: boolean };

export type Verdict =
  | { kind: 'link' }
  | { kind: 'ask' }
  | { kind: 'refuse'; why: 'inactive' | 'no-email' | 'hidden-email' | 'other-email' };

/**
 * May this ServiceNow account be linked to that Slack person? A connect link can be sent to a colleague, who would then
 * hand their account to the sender; so the two have to be the same person. An e-mail in ServiceNow is neither unique nor
 * always verified: a match is a guard, not a proof, which is why the person is always told which account was linked. Whether the account is active may be hidden; ServiceNow
 * has just given it a token, which it does not do for one that is not. A hidden address is no match.
 */
export function judgeLink(policy: LinkPolicy, slack: SlackProfile, serviceNow: ServiceNowUser): Verdict {
  if (serviceNow.active === false || !slack.active) return { kind: 'refuse', why: 'inactive' };
  if (policy === 'confirm') return { kind: 'ask' };
  const ours = normalise(slack.email);
  const theirs = normalise(serviceNow.email);
  if (!ours) return { kind: 'refuse', why: 'no-email' };
  if (!theirs) return { kind: 'refuse', why: 'hidden-email' };
  return ours === theirs ? { kind: 'link' } : { kind: 'refuse', why: 'other-email' };
}

const normalise = (email: string | undefined) => email?.trim().toLowerCase() ?? '';
