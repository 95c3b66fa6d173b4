import type { T } from '../../words/index.ts';
import { LIMITS } from '../limits.ts';
import { readSlackText } from '../marks.ts';
import { type Message, message } from '../message.ts';
import { plain, truncate } from '../text.ts';

/** Ten of them fit into one text. */
const MOST_OF_EACH = 350;

/** Sentences that their person has not seen yet, for any surface. @param twins as Slack reads a message's text */
export const untoldBlocks = (twins: string[], t: T) =>
  [t('untold.heading'), ...inWords(twins)].map((text) => ({
    type: 'section' as const,
    text: plain(text, LIMITS.section),
  }));

/** The same as a message of its own. */
export const untoldMessage = (twins: string[], t: T): Message =>
  message([t('untold.heading'), ...inWords(twins)].join('\n'), untoldBlocks(twins, t));

const inWords = (twins: string[]): string[] => twins.map((twin) => `• ${truncate(readSlackText(twin), MOST_OF_EACH)}`);
