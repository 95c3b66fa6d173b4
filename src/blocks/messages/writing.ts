import { reasonFor, sentenceFor } from '../../errors.ts';
import type { T } from '../../words/index.ts';
import type { Message } from '../message.ts';
import { notice } from './notice.ts';

type Remains = { kind: 'withdrawn' | 'none' | 'unknown' } | { kind: 'some' | 'all'; number: string };

/** After the last attempt to write something. @param done for what is there as a whole, where that can be told */
export const failedWriting =
  (done?: (number: string, t: T) => string) =>
  (remains: Remains, error: unknown, t: T): Message | undefined => {
    switch (remains.kind) {
      case 'withdrawn':
        return undefined;
      case 'none':
        return notice(t('writing.not-sent', { reason: sentenceFor(error, t) }));
      case 'unknown':
        return notice(t('writing.perhaps', { reason: reasonFor(error, t) }));
      default: {
        const { kind, number } = remains;
        return notice(kind === 'all' && done ? done(number, t) : t('writing.some', { number }));
      }
    }
  };
