import type { T } from '../../words/index.ts';
import { LIMITS } from '../limits.ts';
import { type Message, message } from '../message.ts';
import { code, normal, plain, richText, withMarks } from '../text.ts';

type HelpEntry = { usage: string; summary: string };

/** Drawn from the command table; nobody keeps a second list. */
export function helpMessage(t: T, entries: HelpEntry[], topic?: { details: string[] }): Message {
  const twin = [
    t('help.type'),
    ...entries.map(({ usage, summary }) => `/snow ${usage}: ${summary}`),
    ...(topic?.details ?? []),
  ];
  return message(twin.join('\n'), [
    { type: 'header', text: plain(t(topic ? 'help.heading.topic' : 'help.heading'), LIMITS.header) },
    richText(...entries.map(({ usage, summary }) => [...spelled(usage, t), normal(`  ${summary}`)])),
    ...(topic ? topic.details.map((line) => richText([normal(line)])) : [whereItWorks(t)]),
  ]);
}

/** Each spelling stands by itself, so that nobody types the dots between them. */
const spelled = (usage: string, t: T) =>
  usage
    .split('·')
    .map((each) => each.trim())
    .flatMap((each, index) => [
      ...(index > 0 ? [normal(` ${t('help.or')} `)] : []),
      code(index > 0 ? each : `/snow ${each}`),
    ]);

const whereItWorks = (t: T) =>
  richText(...(['help.where', 'help.threads', 'help.number'] as const).map((key) => withMarks(t.parts(key))));
