import type { Message } from '../../blocks/message.ts';
import { approvalList } from '../../blocks/messages/approval.ts';
import type { T } from '../../words/index.ts';
import type { Result } from './run.ts';

export const say = ({ entries, more }: Result, t: T): Message => approvalList(entries, more, t);
