import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { bold, code, normal, plain, richText } from '../text.ts';

type HelpEntry = { usage: string; summary: string };

/** Drawn from the command table; nobody keeps a second list. */
export function helpMessage(entries: HelpEntry[], topic?: { details: string[] }): Message {
  const twin = [
    'What you can type:',
    ...entries.map(({ usage, summary }) => `/snow ${usage}: ${summary}`),
    ...(topic?.details ?? []),
  ];
  return message(twin.join('\n'), [
    { type: 'header', text: plain(topic ? 'How to use it' : 'What I can do for you', LIMITS.header) },
    richText(...entries.map(({ usage, summary }) => [...spelled(usage), normal(`  ${summary}`)])),
    ...(topic ? topic.details.map((line) => richText([normal(line)])) : [WHERE_IT_WORKS]),
  ]);
}

/** Each spelling stands by itself, so that nobody types the dots between them. */
const spelled = (usage: string) =>
  usage
    .split('·')
    .map((each) => each.trim())
    .flatMap((each, index) => [...(index > 0 ? [normal(' or ')] : []), code(index > 0 ? each : `/snow ${each}`)]);

const WHERE_IT_WORKS = richText(
  [
    bold('Where it works: '),
    normal('as a slash command, as a message to me without the slash, or after mentioning me.'),
  ],
  [normal('Slack does not allow slash commands inside threads; mention me there instead.')],
  [normal('A number alone is enough to see a ticket, e.g. '), code('/snow INC0010023'), normal('.')],
);
