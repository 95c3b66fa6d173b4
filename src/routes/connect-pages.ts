import type { Access } from '../accounts/access.ts';
import type { Finish } from '../accounts/connect.ts';
import {
  type BridgeError,
  isUnheard,
  OutsiderError,
  RefusedError,
  SlowDownError,
  UnavailableError,
} from '../errors.ts';
import { wordsOf } from '../words/index.ts';
import type { Page } from './pages.ts';

const AGAIN = 'Go back to Slack and type /snow connect to get a new link.';

/** Names who is about to be linked, so that a link sent by somebody else is recognised. */
export const previewPage = (id: string, person: string, workspace: string, instance: string): Page => ({
  status: 200,
  title: `Connect ServiceNow to ${person}`,
  paragraphs: [
    `You are about to let the Slack person “${person}” in the workspace “${workspace}” act in ServiceNow (${instance}) with your account.`,
    `Are you ${person}? If not, close this page: somebody has sent you a link that is not yours.`,
    'Next, ServiceNow asks you to sign in and to allow the access.',
  ],
  form: { action: '/servicenow/connect', fields: { id }, buttons: [{ text: `Continue as ${person}` }] },
});

export const staleLinkPage: Page = {
  status: 410,
  title: 'This link has expired or was already used',
  paragraphs: ['A connect link works once, for ten minutes.', AGAIN],
};

/** Pure: what the person reads after the way back from ServiceNow. */
export function finishPage(finish: Finish): Page {
  switch (finish.kind) {
    case 'linked':
      return {
        status: 200,
        title: 'You are connected',
        paragraphs: [
          `Slack now acts in ServiceNow (${finish.instance}) as ${finish.user.name} (${finish.user.userName}).`,
          'You can close this page. Slack has a message for you, and carries on with what you asked for.',
        ],
      };
    case 'ask':
      return {
        status: 200,
        title: 'Are these two both you?',
        paragraphs: [
          `In Slack: ${finish.slack.name}${finish.slack.email ? ` (${finish.slack.email})` : ''}.`,
          `In ServiceNow: ${finish.user.name} (${finish.user.userName}${finish.user.email ? `, ${finish.user.email}` : ''}).`,
          `If you connect them, ${finish.slack.name} can act in ServiceNow as ${finish.user.name}. If one of them is not you, refuse.`,
        ],
        form: {
          action: '/servicenow/connect/confirm',
          fields: { id: finish.confirmationId },
          buttons: [
            { text: 'Yes, both are me', name: 'answer', value: 'yes' },
            { text: 'No, refuse', name: 'answer', value: 'no', quiet: true },
          ],
        },
      };
    case 'refused':
      return {
        status: 403,
        title: 'These two accounts do not belong together',
        paragraphs: [REFUSED[finish.why](finish), NOT_CONNECTED[finish.access]],
      };
    case 'stale':
      return {
        status: 400,
        title: 'This sign-in is not one that I know',
        paragraphs: ['It has expired, was already completed, or did not begin here.', AGAIN],
      };
    case 'other-browser':
      return {
        status: 403,
        title: 'This sign-in began in another browser',
        paragraphs: [
          'For your safety it has to end where it began, with cookies allowed. Nothing was connected.',
          AGAIN,
        ],
      };
    case 'denied':
      return {
        status: 403,
        title: 'Nothing was connected',
        paragraphs: ['You said no, so nothing changes.', `If you change your mind: ${AGAIN}`],
      };
    case 'unable':
      return {
        status: 502,
        title: 'ServiceNow could not connect you',
        paragraphs: [
          `It stopped before the end, so nothing was connected. Try once more. ${AGAIN}`,
          'If it happens again, tell your administrator: the reason is in the log of this service.',
        ],
      };
    case 'foreign-answer':
      return {
        status: 400,
        title: 'This answer is not the one that I expected',
        paragraphs: [
          'It did not come from ServiceNow in the way that it should, so I did not use it. Nothing was connected.',
          AGAIN,
        ],
      };
    case 'grant-refused':
      return {
        status: 502,
        title: 'ServiceNow did not hand over the access',
        paragraphs: [
          `Try once more. ${AGAIN}`,
          'If it happens again, tell your administrator: the client id, the client secret and the redirect URL in ServiceNow have to match this service, the entry has to be active, and the clocks of both have to agree.',
        ],
      };
  }
}

const NOT_CONNECTED: Record<Access, string> = {
  revoked: 'Nothing was connected, and the access was given back.',
  'in-use': 'Nothing was connected. The connection that your ServiceNow account already has goes on working.',
  unproved:
    'Nothing was connected, and I have forgotten the access, but ServiceNow did not confirm that it has. To be sure, open ServiceNow, Self-Service, My Connected Apps, and revoke it there.',
};

type Refused = Extract<Finish, { kind: 'refused' }>;

const REFUSED: Record<Refused['why'], (finish: Refused) => string> = {
  inactive: () => 'One of the two accounts is not active.',
  'no-email': ({ slack, user }) =>
    `To be sure that ${slack.name} and ${user.name} are the same person I compare their e-mail addresses, and Slack shows me none. Your administrator can add it.`,
  'hidden-email': ({ slack, user }) =>
    `To be sure that ${slack.name} and ${user.name} are the same person I compare their e-mail addresses, and ServiceNow shows me none for ${user.userName}. Your ServiceNow administrator can add it, or let you read your own.`,
  'other-email': ({ slack, user }) =>
    `You signed in to ServiceNow as ${user.name}, but this link belongs to ${slack.name} in Slack, and their e-mail addresses differ. If somebody sent you the link, do not use it. If you have several ServiceNow accounts, sign out there and try again with the right one.`,
};

/** ServiceNow or Slack did not answer, or not with what we need. */
export const troublePage = (error: BridgeError | undefined): Page => ({
  status: statusFor(error),
  title: error instanceof OutsiderError ? 'I cannot connect you' : 'That did not work just now',
  paragraphs: [
    error ? wordsOf('en')(...error.forPerson) : 'Something went wrong on our side.',
    isUnheard(error)
      ? 'You may be connected already: type /snow whoami in Slack to see.'
      : `Nothing was connected.${error instanceof OutsiderError ? '' : ` ${AGAIN}`}`,
  ],
});

function statusFor(error: BridgeError | undefined): number {
  if (error instanceof UnavailableError || error instanceof SlowDownError) return 503;
  if (error instanceof OutsiderError) return 403;
  return error instanceof RefusedError ? 502 : 500;
}
