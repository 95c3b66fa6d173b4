import { unattachedLine } from '../../blocks/messages/filing.ts';
import { notice } from '../../blocks/messages/notice.ts';
import { failedWriting } from '../../blocks/messages/writing.ts';
import type { T } from '../../words/index.ts';
import type { Said } from '../define.ts';
import type { Result } from './run.ts';

/** Quietly where it went well: a tick is enough, unless they hear nothing of the ticket any more. */
export function say(result: Result | undefined, t: T): Said | undefined {
  if (!result) return undefined;
  if (result.kind === 'nothing-to-correct') return notice(t('comment.nothing-to-correct'));
  if (result.kind === 'deleted') return notice(deletedWords(result, t));
  const { number, isThere, unattached, message, isDeleted, isCorrection, hears } = result;
  const problems = [...(isThere ? [] : [t('comment.not-taken', { number })]), ...unattachedLine(unattached, t)];
  const done = isCorrection ? t('comment.corrected') : t('comment.done', { number });
  const good = isDeleted ? t('comment.deleted.too-late', { number }) : done;
  const words = [
    ...(problems.length > 0 ? problems : [good]),
    ...(message && !hears ? [t('comment.hears-no-more', { number })] : []),
  ].join(' ');
  const isFine = message !== undefined && !isDeleted && problems.length === 0;
  return { ...notice(words), ...(isFine ? { tick: { on: message, isEnough: hears } } : {}) };
}

function deletedWords({ number, arrived, hasFiles }: Extract<Result, { kind: 'deleted' }>, t: T): string {
  const fate = arrived === 'nothing' ? 'comment.deleted.not-sent' : 'comment.deleted.too-late';
  const words = number ? t(fate, { number }) : t('comment.deleted.gone');
  return hasFiles ? `${words} ${t('comment.deleted.files')}` : words;
}

export const sayLast = failedWriting((number, t) => t('comment.done', { number }));
