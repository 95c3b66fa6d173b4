import type { Person, Row, ServiceNow } from '../../sandbox/servicenow/server.ts';
import type { World } from '../../sandbox/world.ts';
import type { Finding, Held } from './check.ts';
import type { Chance } from './faults.ts';
import { connect, type Hands, pause } from './hands.ts';

/** Where deeds happen. */
export type Scene = {
  world: World;
  /** Those who use Slack, in the order of the plan's numbers. */
  people: Hands[];
  /** Those who work in ServiceNow only. */
  staff: Person[];
  /** The tickets of this run, oldest first, as ServiceNow has them. */
  tickets: () => Row[];
  /** Time is up. */
  signal: AbortSignal;
};

/**
 * One kind of thing that people do. `plan` draws all its chances before anything happens; `perform` does it as a person
 * would and leaves what they saw; `verify` says what has to be true in the end, from what both simulators hold and nothing
 * else. A new ability of the bridge joins the storm by one more of these in {@link DEEDS}.
 */
export type DeedKind<P, W> = {
  /** Done in Slack by one of the people, one after the other, or in ServiceNow. */
  side: 'slack' | 'servicenow';
  plan(index: number, chance: Chance): P;
  /** @returns undefined where there was nothing to do it to, or no time */
  perform(plan: P, by: number, scene: Scene): Promise<W | undefined>;
  verify(done: W[], held: Held): Finding[];
};

const defineDeed = <P, W>(kind: DeedKind<P, W>): DeedKind<P, W> => kind;

const LOOK_MS = 50;
const FORM_MS = 4_000;
const AGAIN_MS = 500;

const filing = defineDeed({
  side: 'slack',
  plan: (index) => ({ title: `Trouble number ${index}` }),
  async perform({ title }, by, { world, people, signal }) {
    const hands = people[by];
    if (!hands) return undefined;
    if (!(await openForm(world, hands, title, signal))) return undefined;
    const pressed = await press(hands, signal);
    if (pressed === undefined) return undefined;
    const takenAt = Date.now();
    await hands.slack.closeModal({ clearAll: true }).catch(() => {});
    return { title, by: hands.person, ...pressed, takenAt };
  },
  verify(done, { tickets, dms, storeKills }) {
    const ticketsBy = groupBy(tickets, (row) => row['short_description'] ?? '');
    const cardsBy = groupBy(
      [...dms].flatMap(([name, messages]) =>
        messages.filter(({ threadTs }) => !threadTs).map(({ ts, text }) => ({ name, ts, title: titleOnCard(text) })),
      ),
      (card) => card.title ?? '',
    );
    return done.flatMap(({ title, by, presses, taken, takenAt }): Finding[] => {
      const made = ticketsBy.get(title) ?? [];
      const [ticket] = made;
      const say = (figure: Finding['figure'], words: string): Finding => ({
        figure,
        words: `${by.userName} filed “${title}”: ${words}`,
      });
      if (!ticket && !taken) return [];
      if (!ticket) {
        // A store that flushes every second may forget what it acknowledged just before it was killed.
        const last = storeKills.findLast(({ at }) => at <= takenAt);
        const next = storeKills.find(({ at }) => at > takenAt);
        const heard = (dms.get(by.userName) ?? []).filter(({ text }) => text.includes(title)).map(({ text }) => text);
        const parts = [
          `no ticket; taken after ${presses} presses`,
          ...(last ? [`${takenAt - last.at} ms after the store was killed (forgot ${last.forgottenMs} ms)`] : []),
          ...(next ? [`${next.at - takenAt} ms before it was killed (forgot ${next.forgottenMs} ms)`] : []),
          `told: ${JSON.stringify(heard)}`,
        ];
        return [say('lost', parts.join(', '))];
      }
      const cards = cardsBy.get(title) ?? [];
      const readers = cards.map(({ name }) => name);
      const told = readers.filter((name) => name === by.userName).length;
      const others = new Set(readers.filter((name) => name !== by.userName));
      const ownWords = dms.get(by.userName) ?? [];
      const queued = ownWords.filter(({ text }) => text.startsWith(`“${title}” is queued`)).length;
      return [
        ...(made.length > 1 ? [say('doubled', `${made.length} tickets`)] : []),
        ...(ticket['opened_by'] !== by.sysId || ticket['caller_id'] !== by.sysId
          ? [say('misattributed', `opened by ${ticket['opened_by']} for ${ticket['caller_id']}`)]
          : []),
        ...(told === 0 ? [say('neverTold', `${ticket['number']}`)] : []),
        ...(told > 1 ? [say('toldTwice', `at ${cards.map(({ ts }) => ts).join(' and ')}`)] : []),
        ...(queued > 1 ? [say('toldTwice', `${queued} times that it is queued`)] : []),
        ...(ownWords.some(({ text }) => text.startsWith(`“${title}” was not filed`))
          ? [say('toldWrong', 'told that it was not filed')]
          : []),
        ...[...others].map((name) => say('misattributed', `${name} was told of it`)),
      ];
    });
  },
});

/** The message that says “filed”, and the card that it becomes. */
const titleOnCard = (text: string): string | undefined => /^(?:Filed )?INC\d+: (.*?)\. State: /.exec(text)?.[1];

function groupBy<T>(all: T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group) group.push(one);
    else groups.set(by(one), [one]);
  }
  return groups;
}

/** The command again until the form is there; whoever is asked to connect does that first. */
async function openForm(world: World, hands: Hands, title: string, signal: AbortSignal): Promise<boolean> {
  const { slack } = hands;
  const isForm = () => {
    const modal = slack.modal();
    return modal?.view.callback_id === 'incident-form' && JSON.stringify(modal.view).includes(`"${title}"`);
  };
  while (!signal.aborted) {
    const answer = await slack.command(`incident ${title}`);
    if (JSON.stringify(answer.body).includes('/servicenow/connect?id=')) await connect(world, hands, signal);
    for (
      const deadline = Date.now() + FORM_MS;
      Date.now() < deadline && !signal.aborted;
      await pause(LOOK_MS, signal)
    ) {
      if (isForm()) return true;
      if (answer.error || answer.status !== 200) break;
    }
    await pause(AGAIN_MS, signal);
  }
  return false;
}

/**
 * The button until the form turns into something else. Where Slack shows an error and then, in the place of this form, the
 * one that an earlier command opened late, nobody can know whether it was taken: not pressed again, and nothing promised.
 */
async function press({ slack }: Hands, signal: AbortSignal): Promise<{ presses: number; taken: boolean } | undefined> {
  const form = slack.modal()?.id;
  for (let presses = 1; !signal.aborted; presses++) {
    const shown = slack.modal();
    if (shown?.id !== form) return { presses: presses - 1, taken: false };
    // The answer was lost, but the form shows by now how it goes.
    if (shown?.view.callback_id !== 'incident-form') return { presses: presses - 1, taken: true };
    const { status, error, body } = await slack.submit();
    if (status === 200 && !error && !JSON.stringify(body).includes('"errors"')) return { presses, taken: true };
    await pause(AGAIN_MS, signal);
  }
  return undefined;
}

const CARD_MS = 90_000;

const reply = defineDeed({
  side: 'slack',
  plan: (index, chance) => ({ word: `word-REPLY-${index}`, which: chance.random() }),
  async perform({ word, which }, by, { people, tickets, signal }) {
    const hands = people[by];
    if (!hands) return undefined;
    const { person, slack } = hands;
    for (
      const deadline = Date.now() + CARD_MS;
      Date.now() < deadline && !signal.aborted;
      await pause(AGAIN_MS, signal)
    ) {
      const { channel, messages } = slack.dm();
      const own = tickets().filter((row) => row['caller_id'] === person.sysId);
      const cards = messages.flatMap(({ ts, threadTs, text }) => {
        const ticket = threadTs ? undefined : own.find((row) => titleOnCard(text) === row['short_description']);
        return ticket ? [{ ts, sysId: ticket['sys_id'] ?? '' }] : [];
      });
      // Rather one of the newest: whoever has just read it answers.
      const card = cards[Math.floor((1 - which * which) * cards.length * 0.999)];
      if (!card) continue;
      const saidAt = Date.now();
      const { ts, deliveries } = await slack.say(channel, `This is what I know about ${word}.`, { threadTs: card.ts });
      const isTaken = deliveries.some(({ status, error }) => status === 200 && !error);
      // By our own clock, which nobody sets back.
      const takenAt = isTaken ? Date.now() : undefined;
      return { word, by: person, sysId: card.sysId, channel, ts, saidAt, takenAt };
    }
    return undefined;
  },
  verify(done, { journal, acknowledged, marked, dms }) {
    const placeOf = new Map<string, { sysId: string; by: string; index: number; internal: boolean }[]>();
    for (const [index, { sysId, by, value, element }] of journal.entries())
      for (const word of value.match(/word-REPLY-\d+/g) ?? [])
        placeOf.set(word, [...(placeOf.get(word) ?? []), { sysId, by, index, internal: element !== 'comments' }]);
    const findings: Finding[] = [];
    const earlier = new Map<string, { index: number; takenAt: number; word: string }[]>();
    for (const { word, by, sysId, channel, ts, saidAt, takenAt } of done.toSorted((a, b) => a.saidAt - b.saidAt)) {
      const say = (figure: Finding['figure'], words: string) =>
        findings.push({ figure, words: `${by.userName} wrote ${word} at ${ts}: ${words}` });
      const entries = placeOf.get(word) ?? [];
      const [first] = entries;
      const wasAcknowledged = acknowledged.has(`${channel}/${ts}`);
      const [, told] = (dms.get(by.userName) ?? []).filter(({ text }) => text.includes(`${word}.`));
      // Its own copy is one; nobody is told what they wrote themselves.
      if (told) say('toldTwice', `told of their own words, on ${sysId}: ${told.text}`);
      if (entries.length > 1) say('doubled', `${entries.length} comments`);
      if (!first) {
        if (wasAcknowledged) say('lost', 'acknowledged, and no comment');
        continue;
      }
      if (first.sysId !== sysId || first.by !== by.userName || first.internal)
        say('misattributed', `on ${first.sysId} by ${first.by}`);
      const marks = marked.get(`${channel}/${ts}`) ?? 0;
      if (marks === 0) say('neverTold', 'no check mark');
      if (marks > 1) say('toldTwice', `${marks} check marks`);
      // What Slack delivered late was overtaken on the way to us.
      const overtaken = (earlier.get(sysId) ?? []).find((one) => one.index > first.index && one.takenAt < saidAt);
      if (overtaken) say('outOfOrder', `above ${overtaken.word}, which was taken before`);
      if (takenAt) earlier.set(sysId, [...(earlier.get(sysId) ?? []), { index: first.index, takenAt, word }]);
    }
    return findings;
  },
});

const change = defineDeed({
  side: 'servicenow',
  plan: (index, chance) => ({
    word: `word-CHANGE${index}-0`,
    what: chance.oneOf(CHANGES),
    which: chance.random(),
    by: chance.random(),
  }),
  async perform({ word, what, which, by }, _lane, { world: { serviceNow }, staff, tickets, signal }) {
    for (
      const deadline = Date.now() + CARD_MS;
      Date.now() < deadline && !signal.aborted;
      await pause(AGAIN_MS, signal)
    ) {
      const all = tickets();
      const ticket = all[Math.floor((1 - which * which) * all.length * 0.999)];
      const person = staff[Math.floor(by * staff.length)];
      if (!ticket || !person || !what) continue;
      serviceNow.db.update('incident', ticket['sys_id'] ?? '', what(ticket, word, serviceNow), person);
      return { word, sysId: ticket['sys_id'] ?? '' };
    }
    return undefined;
  },
  // What people were told of changes is reckoned for all of a ticket's changes together, whoever made them: `check.ts`.
  verify(done, { journal }) {
    const placesOf = groupBy(
      journal.flatMap(({ sysId, value }) => (value.match(/word-CHANGE\d+-0/g) ?? []).map((word) => ({ word, sysId }))),
      ({ word }) => word,
    );
    return done.flatMap(({ word, sysId }): Finding[] =>
      placesOf.get(word)?.some((place) => place.sysId !== sysId)
        ? [{ figure: 'misattributed', words: `${word} is on another ticket` }]
        : [],
    );
  },
});

type MakeChange = (ticket: Row, word: string, serviceNow: ServiceNow) => Row;

/** What staff do to a ticket. Words occur once in the world. */
const CHANGES: MakeChange[] = [
  (_ticket, word) => ({ comments: `We are looking at ${word}.` }),
  (_ticket, word) => ({ comments: `Please tell us more about ${word}.` }),
  ({ state }) => ({ state: state === '2' ? '1' : '2' }),
  ({ impact }) => ({ impact: impact === '1' ? '3' : '1' }),
  ({ urgency }, word) => ({ urgency: urgency === '1' ? '3' : '1', comments: `More urgent because of ${word}.` }),
  (_ticket, word) => ({ work_notes: `Only among us: ${word}.` }),
];

export const DEEDS = { filing, reply, change };
export type DeedName = keyof typeof DEEDS;
