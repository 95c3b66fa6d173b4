import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdName } from '../../sandbox/crowd.ts';
import type { Person } from '../../sandbox/servicenow/server.ts';
import type { PostedMessage, SlackPerson } from '../../sandbox/slack/server.ts';
import type { World } from '../../sandbox/world.ts';
import { connectUrlIn, newBrowser } from '../../support/flow.ts';

/** Somebody with an account on both sides, who does what people do: where Slack shows an error, the same again. */
export type Hands = { person: Person; slack: SlackPerson };

export const handsOf = ({ slack }: World, person: Person): Hands => ({
  person,
  slack: slack.person(person.userName as CrowdName),
});

export const connections = ({ slack }: Hands): PostedMessage[] =>
  slack.dm().messages.filter(({ text }) => text.includes('You are connected as'));

/** Asked to connect again, and not connected since. */
export function isAskedToConnect(hands: Hands): boolean {
  const asked = hands.slack.dm().messages.findLast(({ text }) => text.includes('no longer accepts your connection'));
  return asked !== undefined && Number(asked.ts) > Number(connections(hands).at(-1)?.ts ?? 0);
}

/** `/snow connect`, our page, ServiceNow's login and consent, and back; again from the start where anything fails. */
export async function connect(world: World, hands: Hands, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const browser = newBrowser();
      const url = connectUrlIn((await hands.slack.command('connect')).body);
      await browser.go(url);
      const id = new URL(url).searchParams.get('id') ?? '';
      const body = new URLSearchParams({ id });
      const away = await browser.go(`${world.publicUrl}/servicenow/connect`, { method: 'POST', body });
      const back = await world.serviceNow.authorize(hands.person, away.location ?? '', 'allow');
      if ((await browser.go(back)).html.includes('You are connected')) return;
    } catch {
      // Whatever it was, a person begins anew.
    }
    await pause(1_000, signal);
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {});
