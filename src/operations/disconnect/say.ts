import { notice } from '../../blocks/messages/notice.ts';
import type { Result } from './run.ts';

const SAID = {
  'was-not-linked': notice('You were not connected, so there was nothing to do.'),
  revoked: notice('You are disconnected. ServiceNow has forgotten the access, and so have I.'),
  'in-use': notice(
    'You are disconnected here. ServiceNow keeps the access, because another connection of the same ServiceNow account uses it.',
  ),
  unproved: notice(
    'I have forgotten your access, but ServiceNow did not confirm that it has. To be sure, open ServiceNow, Self-Service, My Connected Apps, and revoke it there.',
  ),
};

export const say = (result: Result) => SAID[result];
