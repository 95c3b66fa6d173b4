import { expect, test } from '@jest/globals';
import { settled } from '../support/filing.ts';
import type { Flow } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { burstSettles, cardOf, pushing, threadOf, ticketCalled, toldInThread, watching } from '../support/told.ts';

/** What is asked beside the matter may be refused: then its answer is absent, and the matter itself is told. */
const startPushing = pushing(storyStarter());

const VPN = 'VPN drops every ten minutes';

async function adaWatches(flow: Flow) {
  await flow.link('ada');
  const ada = flow.person('ada');
  const ticket = ticketCalled(flow, VPN);
  const card = await watching(ada, ticket.number);
  await settled(flow);
  await burstSettles(flow);
  const change = (fields: Record<string, string>) =>
    flow.serviceNow.db.update('incident', ticket.sysId, fields, flow.serviceNow.people.agent);
  return { ada, card, change, ...ticket };
}

test('where neither files nor users may be asked for, changes are told all the same, and files once they may', async () => {
  const flow = await startPushing({ serviceNow: { attachmentApi: 403, userQueries: 403 } });
  const { db, settings, people } = flow.serviceNow;
  const { ada, card, change, sysId } = await adaWatches(flow);
  change({ state: '3', hold_reason: '3' });
  await toldInThread(ada, card, `On Hold by ${people.agent.userName}`);

  const attach = (name: string) =>
    db.insert(
      'sys_attachment',
      { table_name: 'incident', table_sys_id: sysId, file_name: name, size_bytes: '3' },
      people.agent,
    );
  attach('old.txt');
  Object.assign(settings, { attachmentApi: 'allowed', userQueries: 'allowed' });
  change({ state: '2' });
  await toldInThread(ada, card, 'In Progress by Bob Agent');
  attach('new.txt');
  change({ comments: 'See the file' });
  await toldInThread(ada, card, 'new.txt');
  // It was there while nobody could look, so it is not known to be new.
  expect(JSON.stringify(threadOf(ada, card))).not.toContain('old.txt');
});

test('an approval of something that the API does not show is told all the same', async () => {
  const flow = await startPushing();
  await flow.link('eve');
  const headset = ticketCalled(flow, 'Headset');
  flow.serviceNow.db.insert('sysapproval_approver', {
    approver: flow.serviceNow.people.approver.sysId,
    sysapproval: headset.sysId,
    source_table: 'u_order_of_ours',
    state: 'requested',
  });
  const card = await cardOf(flow.person('eve'), headset.number);
  expect(card.text).toContain('it waits for your approval');
});
