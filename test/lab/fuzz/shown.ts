import { inSlacksWords, validateBlocks, validateView } from '../../sandbox/slack/block-kit/validate.ts';
import { must } from './door.ts';

const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What Slack says of a message. @throws {Finding} */
export function mustBeMessage({ text, blocks }: { text: string; blocks: unknown[] }): void {
  const errors = validateBlocks(asSent(blocks), 'message').map(inSlacksWords);
  must(errors.length === 0, `Slack refuses the message: ${errors[0]}`);
  must(text.length > 0 && text.length <= 40_000, `a text of ${text.length} characters`);
  must(!/<[!@#]/.test(text), 'a text that pings');
}

/** What Slack says of a view. @throws {Finding} */
export function mustBeView(view: unknown): void {
  const errors = validateView(asSent(view)).map(inSlacksWords);
  must(errors.length === 0, `Slack refuses the view: ${errors[0]}`);
}
