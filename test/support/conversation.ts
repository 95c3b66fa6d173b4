import type { PostedMessage, SlackPerson } from '../sandbox/slack/server.ts';
import { until } from './until.ts';

/** What the bot has written to a person by DM; answers that only they see, and that Slack does not keep, left out. */
export const directMessages = (person: SlackPerson): PostedMessage[] =>
  person.dm().messages.filter(({ ephemeral, user }) => !ephemeral && user !== person.id);

/** Waits for a DM with this text. */
export const toldByDm = (person: SlackPerson, text: string): Promise<PostedMessage> =>
  until(`a DM with “${text}”`, () => directMessages(person).find((each) => each.text.includes(text)));

/** Waits for an answer that only this person sees. */
export const answered = (person: SlackPerson, text: string): Promise<PostedMessage> =>
  until(`an answer with “${text}”`, () => person.ephemeral().find((each) => each.text.includes(text)));

export const at = ({ channel, ts }: PostedMessage) => ({ channel, ts });

/** Presses the button under a question to connect that came by DM. @returns the address in the modal that it opens */
export async function askForLink(person: SlackPerson, question: PostedMessage): Promise<string> {
  await person.click(at(question), 'connect-again');
  return until(
    'the way to connect',
    () => /http[^"]+connect\?id=[\w-]+/.exec(JSON.stringify(person.modal()?.view ?? {}))?.[0],
  );
}
