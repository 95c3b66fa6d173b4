import type { Json, SlackPerson } from '../sandbox/slack/server.ts';
import { answered, at } from './conversation.ts';
import { type Flow, newBrowser } from './flow.ts';
import { heldBack, tamper } from './raw.ts';

export type Press = { actionId: string; value?: string; option?: string; channel?: string };

/**
 * Somebody whose client sends what they like: any button, any value. Who they are, Slack says, and they cannot change it.
 * @returns how they press
 */
export async function attacker(flow: Flow, person: SlackPerson) {
  await person.command('hlep');
  const odd = await answered(person, 'I don');
  const { rawBody } = await heldBack(flow, () => person.click(at(odd), 'show-help'));
  let presses = 0;
  return async ({ actionId, value, option, channel }: Press): Promise<number | null> => {
    const changed = tamper(rawBody, (payload) => {
      const [action = {}] = payload['actions'] as Json[];
      Object.assign(action, { action_id: actionId, action_ts: `${Date.now()}.${presses}` });
      if (value !== undefined) action['value'] = value;
      if (option !== undefined) Object.assign(action, { type: 'overflow', selected_option: { value: option } });
      if (channel) Object.assign(payload, { channel: { id: channel, name: 'shared' } });
      // The first click may open a view; the others are other clicks.
      if (presses++ > 0) payload['trigger_id'] = `${String(payload['trigger_id'])}.${presses}`;
    });
    return (await flow.slack.deliver({ rawBody: changed })).status;
  };
}

/** Submits the open form with other private metadata than it was opened with. */
export async function submitWith(flow: Flow, person: SlackPerson, change: (metadata: string) => string) {
  const { rawBody } = await heldBack(flow, () => person.submit());
  const changed = tamper(rawBody, ({ view }) => {
    const one = view as Json;
    one['private_metadata'] = change(String(one['private_metadata']));
  });
  return flow.slack.deliver({ rawBody: changed });
}

/** Says something below a message that may be in anybody's conversation. */
export async function sayBelow(flow: Flow, person: SlackPerson, text: string, threadTs: string) {
  const { rawBody } = await heldBack(flow, () => person.say(person.dm().channel, text));
  const body = JSON.parse(rawBody) as Json;
  (body['event'] as Json)['thread_ts'] = threadTs;
  return flow.slack.deliver({ rawBody: JSON.stringify(body), contentType: 'application/json' });
}

/** An admin follows /slack/install to its end. */
export async function install(flow: Flow, team: string): Promise<void> {
  const browser = newBrowser();
  const { location } = await browser.go(`${flow.publicUrl}/slack/install`);
  await browser.go(flow.slack.allowInstall(location ?? '', team));
}
