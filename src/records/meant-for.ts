import { distance } from 'fastest-levenshtein';
import { leadingNumber, type RecordNumber } from './number.ts';
import { bareWord } from './typed.ts';

/** Who words were meant for, by how they begin. Nobody else is ever offered to read them. */
export type MeantFor = 'anybody' | 'ticket' | 'staff';

const FOR_STAFF = /^(?:(?:add|write|leave|post|as)\s+)?(?:an?\s+)?(?:(?:work|internal|private|staff)[\s_-]?)*notes?\b/i;
const SAID_TO_BE_INTERNAL = /^(?:internal(?:ly)?|private|confidential|staff(?:\s+only)?)\b[^\p{L}\p{N}]*[:,–—-]/iu;
const FOR_TICKET = /^(?:(?:add|write|leave|post|as)\s+)?(?:an?\s+)?(?:public\s+)?(?:comments?|reply|answer)\b/i;

/** Slips of the keyboard, where a colon or a number shows that a word of that kind was meant. */
const NEAR: [word: string, meant: MeantFor][] = [
  ['note', 'staff'],
  ['notes', 'staff'],
  ['worknote', 'staff'],
  ['comment', 'ticket'],
];
const SLIPS = 2;

export function meantFor(text: string): MeantFor {
  const typed = text.trim().replace(/^[^\p{L}\p{N}]{1,10}/u, '');
  if (FOR_STAFF.test(typed) || SAID_TO_BE_INTERNAL.test(typed)) return 'staff';
  if (FOR_TICKET.test(typed)) return 'ticket';
  const [first = ''] = typed.split(/\s/, 1);
  const isAddressed = first.endsWith(':') || numberSecond(typed) !== undefined;
  const word = bareWord(first.slice(0, 20)).toLowerCase();
  const near = isAddressed
    ? NEAR.find(([each]) => distance(word, each) <= Math.min(SLIPS, each.length / 2))
    : undefined;
  return near ? near[1] : 'anybody';
}

/** The ticket that words after an unknown one are about. */
export function numberSecond(text: string): { number: RecordNumber; rest: string } | undefined {
  const [first = ''] = text.trim().split(/\s/, 1);
  return leadingNumber(text.trim().slice(first.length));
}
