import fc from 'fast-check';
import { defineDoor, must } from '../door.ts';
import { type Change, changes, type Damage, damaged, damages, mutate, toJson } from '../mutate.ts';
import type { Answer, Recorded } from '../proxy.ts';

const STATUSES = [200, 200, 200, 200, 202, 302, 400, 403, 404, 500, 503] as const;
const COMMANDS = [
  'list',
  'list all',
  'search vpn',
  'INC0010001',
  'list assigned',
  'watch INC0010002',
  'approvals',
] as const;

type Illness = { list: Change[]; damage: Damage; status: number; cut: boolean };

export const serviceNowIll = defineDoor<Illness & { command: string }>({
  name: 'servicenow-ill',
  oracle:
    'while the instance answers nonsense, every command that was acknowledged is answered in words to whoever typed it, and nobody else’s token is used',
  share: 5,
  chunk: 25,
  async open(around) {
    const live = await around.live();
    await around.corpus();
    const { flow, proxy } = live;
    const ada = flow.person('ada');
    const waiting: Illness[] = [];
    let commands = 0;
    const change = (answer: Recorded): Answer | undefined => {
      const illness = answer.path.startsWith('/api/') ? waiting.shift() : undefined;
      if (!illness) return answer;
      if (illness.cut) return undefined;
      return { ...answer, status: illness.status, body: ill(answer.body.toString(), illness) };
    };
    return {
      arbitrary: fc.record({
        command: fc.constantFrom<string>(...COMMANDS),
        list: changes(3),
        damage: damages,
        status: fc.constantFrom(...STATUSES),
        cut: fc.nat(9).map((at) => at === 9),
      }),
      async run({ command, ...illness }) {
        proxy.change = change;
        waiting.push(illness);
        live.acting.add(ada.id);
        const { status } = await ada.command(command);
        must(status === 200, `acknowledged with ${status}`);
        commands += 1;
        return command;
      },
      async after() {
        await live.settled(60_000);
        const answers = ada.ephemeral().length;
        const asked = commands;
        commands = 0;
        waiting.length = 0;
        proxy.change = undefined;
        await live.look();
        must(answers >= asked, `${asked} commands, ${answers} answers`);
      },
    };
  },
});

function ill(text: string, { list, damage }: Illness): Buffer {
  try {
    return damaged(toJson(mutate(JSON.parse(text), list)), damage);
  } catch {
    return damaged(text, damage);
  }
}
