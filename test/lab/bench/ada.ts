import { createLinks } from '../../../src/accounts/links.ts';
import type { Person } from '../../../src/redis/keys.ts';
import { createVault, newSecret } from '../../../src/redis/vault.ts';
import type { House } from './house.ts';

/** Ada as the bridge names her. */
export const adaOf = ({ slack, ada }: House): Person => ({ tenant: slack.team.id, team: slack.team.id, user: ada.id });

export const hostOf = ({ serviceNow }: House): string => new URL(serviceNow.url).host;

/** Her access token, so that a floor can send the same request as the bridge. */
export async function accessTokenOf(house: House): Promise<string> {
  const ring = (house.env['ENCRYPTION_KEYS'] ?? '').split(',').map((key) => Buffer.from(key, 'base64'));
  const links = createLinks(house.redis, createVault(ring), hostOf(house), Date.now);
  const link = await links.find(adaOf(house));
  if (!link) throw new Error('ada is not linked');
  return links.tokens(adaOf(house), link).accessToken;
}

/** What the bridge sends to file a plain incident. */
export const incidentFields = (title: string, sysId: string, callerSysId: string): Record<string, string> => ({
  short_description: title,
  description: 'It began at nine, on the second floor.',
  caller_id: callerSysId,
  impact: '3',
  urgency: '3',
  contact_type: 'chat',
  sys_id: sysId,
  correlation_id: newSecret(),
  correlation_display: 'Slack',
});

export const INSERT_PATH = '/api/now/table/incident?sysparm_display_value=all&sysparm_exclude_reference_link=true';
