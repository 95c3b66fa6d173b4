import { expect, test } from '@jest/globals';
import { type Standing, standingOf } from '../../../src/slack/people.ts';

const WORKSPACE = { team: 'T0OURS', enterprise: undefined };
const GRID = { team: 'T0OURS', enterprise: 'E0OURS' };
const ORGANISATION = { team: undefined, enterprise: 'E0OURS' };

test.each<[string, Parameters<typeof standingOf>[0], typeof WORKSPACE | typeof GRID | typeof ORGANISATION, Standing]>([
  ['of our workspace', { team_id: 'T0OURS' }, WORKSPACE, 'member'],
  ['of another one', { team_id: 'T0THEIRS' }, WORKSPACE, 'stranger'],
  [
    'of another one, in an organisation',
    { team_id: 'T0THEIRS', enterprise_user: { enterprise_id: 'E1' } },
    GRID,
    'stranger',
  ],
  ['of a sister workspace', { team_id: 'T0SISTER', enterprise_user: { enterprise_id: 'E0OURS' } }, GRID, 'member'],
  ['of the organisation', { team_id: 'T0OURS', enterprise_user: { enterprise_id: 'E0OURS' } }, ORGANISATION, 'member'],
  ['of no organisation', { team_id: 'T0OURS' }, ORGANISATION, 'stranger'],
  ['of nowhere', {}, WORKSPACE, 'stranger'],
  ['whom Slack calls a stranger', { team_id: 'T0OURS', is_stranger: true }, WORKSPACE, 'stranger'],
  ['of many channels', { team_id: 'T0OURS', is_restricted: true }, WORKSPACE, 'guest'],
  ['of one channel', { team_id: 'T0OURS', is_restricted: true, is_ultra_restricted: true }, WORKSPACE, 'guest'],
])('somebody %s', (_who, user, home, expected) => {
  expect(standingOf(user, home)).toBe(expected);
});
