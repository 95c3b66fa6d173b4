import type { Message } from '../../blocks/message.ts';
import { notice } from '../../blocks/messages/notice.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export const say = (result: Result, t: T): Message => notice(t(`subscriptions.${result}`));
