import { notice } from '../../blocks/messages/notice.ts';
import { HAS_ENDED, OTHER_CHANNELS } from '../../blocks/messages/subscription.ts';
import type { Result } from './run.ts';

const SAID = { ended: notice('That subscription has ended.'), 'has-ended': HAS_ENDED, elsewhere: OTHER_CHANNELS };

export const say = (result: Result) => SAID[result];
