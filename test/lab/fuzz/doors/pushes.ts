import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { defineDoor, must } from '../door.ts';
import { LINKED, WEBHOOK_SECRET } from '../live.ts';
import { changes, damaged, damages, mutate, toJson } from '../mutate.ts';

const SIGNATURES = ['good', 'good', 'good', 'good', 'other secret', 'none', 'garbage', 'old'] as const;

export const pushes = defineDoor({
  name: 'pushes',
  oracle:
    'a push is accepted (202), or refused as unsigned (401), malformed (400), repeated (409) or too large (413), and nothing else; what is accepted is carried out without breaking a rule',
  share: 15,
  chunk: 100,
  async open(around) {
    const live = await around.live();
    const { pushes: recorded } = await around.corpus();
    const bodies = recorded.map((body): unknown => JSON.parse(body));
    const url = `${live.flow.publicUrl}/servicenow/events`;
    return {
      arbitrary: fc.record({
        which: fc.nat(bodies.length - 1),
        list: changes(2),
        damage: damages,
        signed: fc.constantFrom(...SIGNATURES),
      }),
      async run({ which, list, damage, signed }) {
        const body = damaged(toJson(mutate(bodies[which], list)), damage);
        const timestamp = String(Math.floor(Date.now() / 1000) - (signed === 'old' ? 301 : 0));
        const secret = signed === 'other secret' ? `${WEBHOOK_SECRET}!` : WEBHOOK_SECRET;
        const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('base64');
        const signature = signed === 'garbage' ? 'v1=garbage' : `v1=${mac}`;
        const response = await fetch(url, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            'x-bridge-timestamp': timestamp,
            ...(signed === 'none' ? {} : { 'x-bridge-signature': signature }),
          },
        });
        await response.body?.cancel();
        const { status } = response;
        const expected = signed === 'good' ? [202, 400, 409, 413] : [401, 413];
        must(expected.includes(status), `a push, signed ${signed}, is answered with ${status}`);
        return String(status);
      },
      async after() {
        // Whoever watches reads with their own token.
        for (const name of LINKED) live.acting.add(live.flow.person(name).id);
        await live.look();
      },
    };
  },
});
