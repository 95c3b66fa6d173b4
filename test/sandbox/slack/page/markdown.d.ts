import type { Block, Inline } from './mrkdwn.js';

export function parseMarkdown(text: string): Block[];
export function inline(text: string): Inline[];
