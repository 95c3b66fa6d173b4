import type { Message } from '../../blocks/message.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { failedWriting } from '../../blocks/messages/writing.ts';
import type { T } from '../../words/index.ts';
import type { Written } from '../writing.ts';

/** Where ServiceNow took either the word or the state, the team knows. */
export const say = (result: Written | undefined, t: T): Message | undefined =>
  result &&
  notice(
    t(result.isThere || result.isSet ? 'confirm-fixed.done' : 'confirm-fixed.not-taken', { number: result.number }),
  );

export const sayLast = failedWriting();
