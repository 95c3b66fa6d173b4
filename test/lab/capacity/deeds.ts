import type { Delivery } from '../../sandbox/slack/server.ts';
import { until } from '../../support/until.ts';
import type { House } from '../bench/house.ts';
import type { Deed } from './model.ts';
import type { Member } from './people.ts';

/** Slack lets a form be opened for three seconds, and then no more. */
const FORM_MS = 10_000;

export type Done = { refused: string[]; ackMs: number[] };

/** What a member does, or what happens to their ticket, each as it is really done. `nth` keeps the words apart. */
export function createDeeds({ serviceNow }: House) {
  const { agent } = serviceNow.people;
  const number = ({ ticket }: Member) => ticket['number'] ?? '';
  const sysId = ({ ticket }: Member) => ticket['sys_id'] ?? '';

  const command = async (member: Member, text: string): Promise<Done> => judged(await member.hands.command(text));
  const change = async (member: Member, nth: number): Promise<Done> => {
    serviceNow.db.update('incident', sysId(member), { comments: `Word ${nth}` }, agent);
    return { refused: [], ackMs: [] };
  };

  return {
    show: (member) => command(member, number(member)),
    list: (member) => command(member, 'list'),
    watch: (member) => command(member, `watch ${number(member)}`),
    told: change,
    unheard: change,
    async filing(member, nth) {
      const { hands } = member;
      // What says how the last filing went is still open.
      if (hands.modal()) await hands.closeModal({ clearAll: true });
      const opened = await hands.command(`incident Printer ${nth} is on fire`);
      const form = () => hands.modal()?.view.callback_id === 'incident-form';
      const came = await until('the form', form, FORM_MS).catch(() => false);
      if (!came) return { refused: [`no form, but: ${hands.ephemeral().at(-1)?.text}`], ackMs: judged(opened).ackMs };
      hands.fill({ description: 'It began at nine, on the second floor.' });
      const [one, other] = [judged(opened), judged(await hands.submit())];
      return { refused: [...one.refused, ...other.refused], ackMs: [...one.ackMs, ...other.ackMs] };
    },
  } satisfies Record<Exclude<Deed, 'refresh'>, (member: Member, nth: number) => Promise<Done>>;
}

const judged = ({ status, error, latencyMs }: Delivery): Done => ({
  refused: status === 200 ? [] : [`${status} ${error ?? ''}`],
  ackMs: [latencyMs],
});
