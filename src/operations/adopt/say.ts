import { notice } from '../../blocks/messages/notice.ts';
import { HAS_ENDED, OTHER_CHANNELS } from '../../blocks/messages/subscription.ts';
import type { Result } from './run.ts';

const SAID = {
  adopted: notice('You have taken it over. It now runs with your rights.'),
  'was-taken': notice('Somebody has taken it over already.'),
  'has-ended': HAS_ENDED,
  elsewhere: OTHER_CHANNELS,
};

export const say = (result: Result) => SAID[result];
