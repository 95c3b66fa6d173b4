import type { Finish } from '../accounts/connect.ts';
import {
  type BridgeError,
  isUnheard,
  OutsiderError,
  RefusedError,
  SlowDownError,
  UnavailableError,
} from '../errors.ts';
import type { T } from '../words/index.ts';
import type { Page } from './pages.ts';

/** Names who is about to be linked, so that a link sent by somebody else is recognised. */
export function previewPage(
  { id, person, workspace, instance }: { id: string; person: string; workspace: string | undefined; instance: string },
  t: T,
): Page {
  const what = workspace
    ? t('pages.preview.what', { person, workspace, instance })
    : t('pages.preview.what.nameless', { person, instance });
  return {
    status: 200,
    title: t('pages.preview.title', { person }),
    paragraphs: [what, t('pages.preview.is-it-you', { person }), t('pages.preview.next')],
    form: {
      action: '/servicenow/connect',
      fields: { id },
      buttons: [{ text: t('pages.preview.continue', { person }) }],
    },
  };
}

export const staleLinkPage = (t: T): Page => ({
  status: 410,
  title: t('pages.stale-link.title'),
  paragraphs: [t('pages.stale-link.why'), t('pages.again')],
});

/** What only says how it ended, and what to do next. */
const ENDS = {
  stale: { status: 400, says: ['pages.stale.why', 'pages.again'] },
  'other-browser': { status: 403, says: ['pages.other-browser.why', 'pages.again'] },
  denied: { status: 403, says: ['pages.denied.why', 'pages.denied.otherwise'] },
  unable: { status: 502, says: ['pages.unable.why', 'pages.unable.administrator'] },
  'foreign-answer': { status: 400, says: ['pages.foreign-answer.why', 'pages.again'] },
  'grant-refused': { status: 502, says: ['pages.once-more', 'pages.grant-refused.administrator'] },
} as const;

/** Pure: what the person reads after the way back from ServiceNow. */
export function finishPage(finish: Finish, t: T): Page {
  switch (finish.kind) {
    case 'linked': {
      const { name, userName } = finish.user;
      return {
        status: 200,
        title: t('pages.linked.title'),
        paragraphs: [t('pages.linked.as', { instance: finish.instance, name, userName }), t('pages.linked.close')],
      };
    }
    case 'ask': {
      const { slack, user } = finish;
      const beside = (name: string, ...more: (string | undefined)[]) => {
        const known = more.filter(Boolean).join(', ');
        return known ? `${name} (${known})` : name;
      };
      return {
        status: 200,
        title: t('pages.ask.title'),
        paragraphs: [
          t('pages.ask.slack', { who: beside(slack.name, slack.email) }),
          t('pages.ask.servicenow', { who: beside(user.name, user.userName, user.email) }),
          t('pages.ask.refuse-if-not', { slack: slack.name, user: user.name }),
        ],
        form: {
          action: '/servicenow/connect/confirm',
          fields: { id: finish.confirmationId },
          buttons: [
            { text: t('pages.ask.yes'), name: 'answer', value: 'yes' },
            { text: t('pages.ask.no'), name: 'answer', value: 'no', quiet: true },
          ],
        },
      };
    }
    case 'refused': {
      const { slack, user } = finish;
      const who = { slack: slack.name, user: user.name, userName: user.userName };
      return {
        status: 403,
        title: t('pages.refused.title'),
        paragraphs: [t(`pages.refused.${finish.why}`, who), t(`pages.access.${finish.access}`)],
      };
    }
    default: {
      const { status, says } = ENDS[finish.kind];
      return { status, title: t(`pages.${finish.kind}.title`), paragraphs: says.map((key) => t(key)) };
    }
  }
}

/** ServiceNow or Slack did not answer, or not with what we need. */
export function troublePage(error: BridgeError | undefined, t: T): Page {
  const isOutsider = error instanceof OutsiderError;
  const next = isUnheard(error)
    ? 'pages.trouble.perhaps'
    : isOutsider
      ? 'pages.nothing-connected'
      : 'pages.nothing-connected.again';
  return {
    status: statusFor(error),
    title: t(isOutsider ? 'pages.outsider.title' : 'pages.trouble.title'),
    paragraphs: [error ? t(...error.forPerson) : t('pages.trouble.unforeseen'), t(next)],
  };
}

function statusFor(error: BridgeError | undefined): number {
  if (error instanceof UnavailableError || error instanceof SlowDownError) return 503;
  if (error instanceof OutsiderError) return 403;
  return error instanceof RefusedError ? 502 : 500;
}
