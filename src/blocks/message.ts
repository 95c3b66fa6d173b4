import type { Block, KnownBlock } from '@slack/types';
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { escapeMarkup, truncate } from './text.ts';

/** What is posted: blocks, and the plain-text twin that carries the same meaning for screen readers and notifications. */
export type Message = { text: string; blocks: (KnownBlock | Block)[] };

/** Blocks that were kept on their way to Slack. Built by us a moment ago; their exact shape is Slack's business. */
export const builtBlocks = z.array(
  z.custom<{ type: string }>((value) => typeof value === 'object' && value !== null && 'type' in value),
);

/** @param twin plain words; markup in it is escaped here */
export const message = (twin: string, blocks: Message['blocks']): Message => ({
  // A cut may fall into an escape; what is left of it goes.
  text: truncate(escapeMarkup(twin), LIMITS.messageText).replace(/&[a-z]{0,3}…$/, '…'),
  blocks: blocks.slice(0, LIMITS.messageBlocks),
});
