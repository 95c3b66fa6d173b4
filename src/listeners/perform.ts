import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { ACTIONS } from '../blocks/actions.ts';
import type { Message } from '../blocks/message.ts';
import { connectPrompt, reconnectNotice, whoAmI } from '../blocks/messages/account.ts';
import { buttonOffer, notice, openFormOffer } from '../blocks/messages/notice.ts';
import { subscriptionList } from '../blocks/messages/subscription.ts';
import { connectView } from '../blocks/views/connect.ts';
import { type IncidentPrefill, incidentForm } from '../blocks/views/incident-form.ts';
import { settingsForm } from '../blocks/views/settings.ts';
import { subscriptionForm } from '../blocks/views/subscription-form.ts';
import type { Outcome } from '../commands/outcome.ts';
import { type Parse, type ParsedCommand, runCommand } from '../commands/parse.ts';
import { isStoreAway, sentenceFor } from '../errors.ts';
import type { Subscription } from '../notifications/subscriptions.ts';
import { nameStoreTrouble } from '../redis/connection.ts';
import type { Person } from '../redis/keys.ts';
import { newSecret, openJson } from '../redis/vault.ts';
import { slackCall } from '../slack/call.ts';
import type { ReplyTarget } from '../slack/reply.ts';
import type { House } from './house.ts';

/** What a person did in Slack, reduced to what carrying out an outcome needs. */
export type Asked = {
  person: Person;
  /** Slack's name for the act; job ids derive from it, so that a repeated delivery does nothing. */
  key: string;
  correlationId: string;
  client: WebClient;
  /** Permits opening one view; absent for messages and mentions. */
  triggerId: string | undefined;
  /** Where answers go that come later. */
  reply: ReplyTarget;
  /** Tells Slack that we have it. After this, the work must be safe. */
  acknowledge: () => Promise<void>;
  /** Says something that only this person sees, and acknowledges if that was not done yet. */
  answer: (message: Message) => Promise<void>;
  /** True where `answer` leaves its words lying in the store. */
  answerIsKept: boolean;
  /** The same without the store, where it is away. Absent where the acknowledgement carries the answer, or where Slack asks again. */
  answerAtOnce?: (message: Message) => Promise<void>;
};

/** Slack takes one acknowledgement, and Bolt throws on a second one; but what was acknowledged may still go wrong. */
export function once(acknowledge: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= acknowledge();
    return done;
  };
}

/** Carries out what was typed. Whatever fails, the person hears of it. */
export async function performParse(house: House, asked: Asked, parse: Parse): Promise<void> {
  await orTell(house, asked, async () => {
    if (parse.kind === 'answer') return performOutcome(house, asked, parse.outcome, undefined);
    return performOutcome(house, asked, runCommand(parse.command), parse.command);
  });
}

/** The same for a click that stands for a command. */
export const performCommand = (house: House, asked: Asked, command: ParsedCommand) =>
  orTell(house, asked, () => carryOut(house, asked, command));

export const carryOut = (house: House, asked: Asked, command: ParsedCommand) =>
  performOutcome(house, asked, runCommand(command), command);

export async function orTell(house: House, asked: Asked, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const err = nameStoreTrouble(error);
    house.log.error({ err, correlationId: asked.correlationId }, 'could not carry out');
    const answer = (isStoreAway(err) && asked.answerAtOnce) || asked.answer;
    await answer(notice(`${sentenceFor(err)} (Reference: ${asked.correlationId})`));
  }
}

async function performOutcome(
  house: House,
  asked: Asked,
  outcome: Outcome,
  command: ParsedCommand | undefined,
): Promise<void> {
  const { person, correlationId, key, reply } = asked;
  switch (outcome.kind) {
    case 'say':
      return asked.answer(outcome.message);
    case 'work':
      await house.enqueue(
        outcome.work.name,
        { v: 1, correlationId, person, reply, args: outcome.work.args } as never,
        key,
      );
      return asked.acknowledge();
    case 'connect':
      return offerConnect(house, asked, 'none');
    case 'who-am-i': {
      const link = await house.links.find(person);
      if (!link || link.status === 'broken') return offerConnect(house, asked, link ? 'broken' : 'none');
      return asked.answer(whoAmI({ ...link.user, instance: house.instance }, link.linkedAt));
    }
    case 'open-settings': {
      const preferences = await house.preferences.read(person);
      return openView(
        asked,
        settingsForm(preferences),
        'Press the button, and I open your settings.',
        ACTIONS.openSettings,
      );
    }
    case 'open-subscription-form':
      return openSubscriptionForm(house, asked, undefined);
    case 'list-subscriptions':
      return asked.answer(subscriptionList(await house.subscriptions.inChannel(person.tenant, reply.channel)));
    case 'open-incident-form':
      return openIncidentForm(house, asked, outcome.prefill, command);
  }
}

/** Opens a form; where Slack permits none by ourselves, a button whose click does. */
async function openView(asked: Asked, view: ModalView, offer: string, action: string): Promise<void> {
  const { triggerId } = asked;
  if (triggerId === undefined) return asked.answer(buttonOffer(offer, action));
  await asked.acknowledge();
  await slackCall(() => asked.client.views.open({ trigger_id: triggerId, view }));
}

/** Where a sealed form belongs: to the person for whom it was opened. */
export const formPlace = ({ tenant, user }: Person) => `form:${tenant}.${user}`;

const filesPlace = (person: Person) => `${formPlace(person)}:files`;

const sealFiles = ({ vault }: House, person: Person, fileIds: string[]): string =>
  vault.seal(JSON.stringify(fileIds), filesPlace(person));

/** The files that we let this person bring along. @throws {CorruptDataError} where somebody else wrote that */
export const openFiles = ({ vault }: House, person: Person, sealed: string): string[] =>
  openJson(vault, z.array(z.string()), sealed, filesPlace(person));

/** @param existing a subscription of this very channel that is to be changed */
export async function openSubscriptionForm(
  house: House,
  asked: Asked,
  existing: Subscription | undefined,
): Promise<void> {
  const { person, reply } = asked;
  if (reply.channel.startsWith('D') || reply.channel === person.user)
    return asked.answer(
      notice(
        'Type that in a channel: subscriptions are for channels. For yourself, watch a ticket, e.g. /snow watch INC0010023.',
      ),
    );
  const link = await house.links.find(person);
  if (link?.status !== 'linked') return offerConnect(house, asked, link ? 'broken' : 'none');
  const view = subscriptionForm({
    id: existing?.id ?? newSecret().slice(0, 16),
    channel: reply.channel,
    filter: existing?.filter,
    categories: await house.categories(person),
  });
  // It says whose channel will be told, so nobody but us may have written it.
  view.private_metadata = house.vault.seal(view.private_metadata ?? '', formPlace(person));
  await openView(asked, view, 'Slash commands open the form: type /snow subscribe in this channel.', ACTIONS.showHelp);
}

/** A link address is a secret, so it goes only where it is not stored: into an acknowledgement, or else into a view. */
async function offerConnect(
  house: House,
  asked: Asked,
  reason: 'none' | 'broken',
  command?: ParsedCommand,
): Promise<void> {
  const { person, triggerId } = asked;
  await house.connect.admit(person);
  // The form that they wanted and the link are stored in one turn, for Slack waits meanwhile.
  const [url] = await Promise.all([
    triggerId === undefined ? undefined : house.connect.begin(person),
    command ? house.pending.keep(person, command) : undefined,
  ]);
  if (triggerId === undefined || url === undefined) return asked.answer(reconnectNotice(reason));
  if (!asked.answerIsKept) return asked.answer(connectPrompt(url, reason));
  await asked.acknowledge();
  await slackCall(() => asked.client.views.open({ trigger_id: triggerId, view: connectView(url) }));
}

/** Opens the form from what we know already; ServiceNow is not asked, so it opens whatever state that is in. */
export async function openIncidentForm(
  house: House,
  asked: Asked,
  prefill: IncidentPrefill,
  command: ParsedCommand | undefined,
): Promise<void> {
  const { person, triggerId } = asked;
  const link = await house.links.find(person);
  if (link?.status !== 'linked') return offerConnect(house, asked, link ? 'broken' : 'none', command);
  if (triggerId === undefined) return asked.answer(openFormOffer(prefill.description ?? prefill.title ?? ''));
  await asked.acknowledge();
  const { shownFileIds = [] } = prefill;
  const sealedFiles = shownFileIds.length > 0 ? sealFiles(house, person, shownFileIds) : undefined;
  const view = incidentForm({ prefill, me: link.user, categories: await house.categories(person), sealedFiles });
  await slackCall(() => asked.client.views.open({ trigger_id: triggerId, view }));
}
