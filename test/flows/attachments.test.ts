import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { dataPolicy } from '../sandbox/servicenow/types.ts';
import { asJson } from '../sandbox/slack/json.ts';
import type { PostedMessage, SayOptions, SlackPerson } from '../sandbox/slack/types.ts';
import { expectNoViolations, fileIncident, incidentsCalled, linkAll, settled, toldByDm } from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { heldBack, tamper } from '../support/raw.ts';
import { threadOf, ticketCalled, toldInThread, watching } from '../support/told.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** Files that people add in the form arrive in ServiceNow as they are, once; what cannot be attached is named. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({
    slack: { rateLimits: 'off' },
    serviceNow: { maxAttachmentBytes: 3_000_000, clientCredentialsUser: 'ann.admin' },
  });
  await linkAll(flow, 'ada', 'carl');
}, 30_000);
afterEach(() => {
  flow.serviceNow.faults.clear();
  flow.slack.faults.clear();
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  Buffer.alloc(2_000_000, 7),
  Buffer.from([0, 255, 13, 10]),
]);
const UPLOAD = { method: 'POST', path: /\/attachment\/file$/, times: 1 } as const;

const attachedTo = (title: string) => {
  const [incident] = incidentsCalled(flow, title);
  return flow.serviceNow.db.rows('sys_attachment').filter((row) => row['table_sys_id'] === incident?.['sys_id']);
};

/** The bytes as ServiceNow gives them back to an admin. */
async function bytesOf(sysId: string): Promise<Buffer> {
  const { url, clientId: client_id, clientSecret: client_secret } = flow.serviceNow;
  const grant = await fetch(`${url}/oauth_token.do`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  });
  const { access_token: token } = (await grant.json()) as { access_token: string };
  const file = await fetch(`${url}/api/now/attachment/${sysId}/file`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return Buffer.from(await file.arrayBuffer());
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('two files arrive with their bytes, names and types', async () => {
  const files = [
    ada().upload('screen shot & <1> – ä.png', PNG, 'image/png'),
    ada().upload('log.txt', 'line one\nline two\n', 'text/plain'),
  ];
  await fileIncident(ada(), 'With two files', { files });
  const told = await toldByDm(ada(), ': With two files.');
  expect(told.text).not.toContain('could not be attached');
  const [picture, log] = attachedTo('With two files');
  expect(picture).toMatchObject({
    file_name: 'screen shot & <1> – ä.png',
    content_type: 'image/png',
    size_bytes: String(PNG.length),
    sys_created_by: 'ada.requester',
  });
  expect(log).toMatchObject({ file_name: 'log.txt', content_type: 'text/plain', size_bytes: '18' });
  expect(digest(await bytesOf(picture?.['sys_id'] ?? ''))).toBe(digest(PNG));
});

test.each(['reset-after-commit', 'timeout-after-commit', 'reset-mid-body', 'bad-gateway', 'drop-202'] as const)(
  'an upload that ends in “%s” is not doubled, and none is missing',
  async (kind) => {
    const title = `Upload and ${kind}`;
    const files = [ada().upload('one.txt', 'first', 'text/plain'), ada().upload('two.txt', 'second', 'text/plain')];
    flow.serviceNow.faults.set({ kind, ...UPLOAD });
    await fileIncident(ada(), title, { files });
    await toldByDm(ada(), `: ${title}.`);
    await settled(flow);
    expect(incidentsCalled(flow, title)).toHaveLength(1);
    expect(
      attachedTo(title)
        .map((row) => row['file_name'])
        .sort(),
    ).toEqual(['one.txt', 'two.txt']);
  },
);

test('an upload is not doubled either where the instance tells nobody how large a file is', async () => {
  flow.serviceNow.settings.attachmentColumnsHidden = true;
  flow.serviceNow.faults.set({ kind: 'reset-after-commit', ...UPLOAD });
  await fileIncident(ada(), 'Size is hidden', { files: [ada().upload('one.txt', 'first', 'text/plain')] });
  const told = await toldByDm(ada(), ': Size is hidden.');
  await settled(flow);
  flow.serviceNow.settings.attachmentColumnsHidden = false;
  expect(told.text).not.toContain('could not be attached');
  expect(attachedTo('Size is hidden')).toHaveLength(1);
});

test('a file that cannot be brought over for a while does not hide that the ticket is there', async () => {
  const files = [ada().upload('slow.txt', 'never', 'text/plain')];
  flow.serviceNow.faults.set({ kind: 'bad-gateway', method: 'POST', path: UPLOAD.path });
  await fileIncident(ada(), 'Without its file', { files });
  const told = await toldByDm(ada(), ': Without its file.', 60_000);
  expect(told.text).toContain('These files could not be attached: slow.txt (perhaps it is there: please look).');
  expect(incidentsCalled(flow, 'Without its file')).toHaveLength(1);
}, 75_000);

test('two different files of the same name and size both arrive', async () => {
  const files = [ada().upload('image.png', 'AAAA', 'image/png'), ada().upload('image.png', 'BBBB', 'image/png')];
  flow.serviceNow.faults.set({ kind: 'reset-after-commit', ...UPLOAD });
  await fileIncident(ada(), 'Same name, same size', { files });
  await toldByDm(ada(), ': Same name, same size.');
  await settled(flow);
  expect(attachedTo('Same name, same size')).toHaveLength(2);
});

test('Slack failing for a moment delays the file, and loses nothing', async () => {
  const files = [ada().upload('later.txt', 'later', 'text/plain')];
  flow.slack.faults.set({ method: 'files.download', kind: '500', times: 1 });
  await fileIncident(ada(), 'Slack stumbles', { files });
  await toldByDm(ada(), ': Slack stumbles.');
  expect(attachedTo('Slack stumbles')).toHaveLength(1);
});

test.each([
  ['of a kind that the instance does not allow', 'virus.exe', 'MZ'],
  ['larger than the instance allows', 'huge.bin', Buffer.alloc(4_000_000, 1)],
])('a file %s is named, and the ticket is filed with the others', async (what, name, bytes) => {
  const title = `A file ${what}`;
  const files = [ada().upload(name, bytes, 'application/octet-stream'), ada().upload('fine.txt', 'ok', 'text/plain')];
  await fileIncident(ada(), title, { files });
  const told = await toldByDm(ada(), `: ${title}.`);
  expect(told.text).toContain(`These files could not be attached: ${name}.`);
  expect(attachedTo(title).map((row) => row['file_name'])).toEqual(['fine.txt']);
});

test('somebody else’s file cannot be smuggled in', async () => {
  const theirs = flow.person('carl').upload('salaries.csv', 'secret', 'text/csv');
  await fileIncident(ada(), 'Not my file', { files: [theirs] });
  const told = await toldByDm(ada(), ': Not my file.');
  expect(told.text).toContain('could not be attached');
  expect(told.text).not.toContain('salaries');
  expect(attachedTo('Not my file')).toEqual([]);
});

test('a file that is gone from Slack by then is no reason not to file', async () => {
  flow.slack.faults.set({ method: 'files.info', kind: 'error', error: 'file_deleted', times: 1 });
  await fileIncident(ada(), 'File is gone', { files: [ada().upload('gone.txt', 'x', 'text/plain')] });
  const told = await toldByDm(ada(), ': File is gone.');
  expect(told.text).toContain('These files could not be attached: a file.');
});

test('files stay with what is changed and filed after a refusal, and more may join them', async () => {
  const stop = flow.serviceNow.onChange(({ table, sysId, operation }) => {
    if (table !== 'incident' || operation !== 'insert') return;
    flow.serviceNow.db.remove('incident', sysId);
    throw dataPolicy(['Location']);
  });
  await fileIncident(ada(), 'Refused with a file', { files: [ada().upload('kept.txt', 'kept', 'text/plain')] });
  const { channel, ts } = await toldByDm(ada(), '“Refused with a file” was not filed');
  stop();
  await ada().closeModal();
  await ada().click({ channel, ts }, 'edit-and-file');
  const form = await until('the form', () => ada().modal());
  expect(wordsOf(form.view.blocks)).toContain('The file that you added before stays.');
  ada().fill({ files: [ada().upload('added.txt', 'added', 'text/plain')] });
  await ada().submit();
  await toldByDm(ada(), ': Refused with a file.');
  expect(attachedTo('Refused with a file').map((row) => row['file_name'])).toEqual(['kept.txt', 'added.txt']);
});

describe('a reply below a card', () => {
  let card: PostedMessage;
  let sysId = '';
  beforeAll(async () => {
    const ticket = ticketCalled(flow, 'VPN drops every ten minutes');
    ({ sysId } = ticket);
    card = await watching(ada(), ticket.number);
    await settled(flow);
  });

  const comments = () => flow.serviceNow.journal(sysId).map(({ value }) => value);
  const files = () => flow.serviceNow.db.rows('sys_attachment').filter((row) => row['table_sys_id'] === sysId);
  const reply = (text: string, options: SayOptions = {}) =>
    ada().say(card.channel, text, { threadTs: card.ts, ...options });
  const isTicked = (ts: string) =>
    flow.slack.calls.some(({ method, args }) => method === 'reactions.add' && args['timestamp'] === ts);

  test('with eleven files: the words arrive, and as many files as fit; the others are named', async () => {
    const names = Array.from({ length: 11 }, (_each, index) => `page-${index + 1}.txt`);
    const fileIds = names.map((name) => ada().upload(name, name, 'text/plain'));
    const { ts, deliveries } = await reply('all pages of the log', { fileIds });
    expect(deliveries.map(({ status }) => status)).toEqual(deliveries.map(() => 200));
    await toldInThread(ada(), card, 'page-11.txt (I bring 10 at a time: please send it once more)');
    expect(comments().join()).toContain('all pages of the log');
    expect(files().map((row) => row['file_name'])).toEqual(names.slice(0, 10));
    expect(isTicked(ts)).toBe(false);
  });

  test.each([
    ['says so itself', {}],
    ['does not say', { unmeasured: true as const }],
  ])('with a file that is shorter than Slack announced, where its download %s', async (_how, oddity) => {
    const name = `short-${Object.keys(oddity).length}.txt`;
    const { ts } = await reply('here it is', {
      fileIds: [ada().upload(name, 'only this', 'text/plain', { announced: 5_000, ...oddity })],
    });
    await toldInThread(ada(), card, `${name} (its size is not the one that Slack names; please upload it once more)`);
    expect(files().map((row) => row['file_name'])).not.toContain(name);
    expect(isTicked(ts)).toBe(false);
  });

  test('with a file that lies elsewhere: its address is on the ticket', async () => {
    const external = 'https://drive.example/plan';
    const fileIds = [ada().upload('Plan', 'x', 'application/vnd.google-apps.document', { external })];
    const { ts } = await reply('see the plan', { fileIds });
    await until('the comment', () => comments().some((text) => text.includes(`see the plan\nPlan (${external})`)));
    await until('the tick', () => isTicked(ts));
  });

  test('that is a forwarded message: its words are on the ticket', async () => {
    const said = await flow.person('carl').say('it-help', 'It is down in Berlin, too :smile:');
    const { ts } = await ada().forward({ channel: 'it-help', ts: said.ts }, card.channel, { threadTs: card.ts });
    await until('the comment', () =>
      comments().some((text) => text.includes('Carl Colleague\nIt is down in Berlin, too 😄')),
    );
    await until('the tick', () => isTicked(ts));
  });

  test('that is a picture from the GIF menu: its name and address are on the ticket', async () => {
    const blocks = [{ type: 'image', image_url: 'https://gif.example/cat.gif', alt_text: 'a cat types' }];
    await reply('', { blocks });
    await until('the comment', () =>
      comments().some((text) => text.includes('a cat types (https://gif.example/cat.gif)')),
    );
  });

  test('in which nothing can be read: it is answered, and not ticked', async () => {
    const { ts } = await reply('', { blocks: [{ type: 'call', call_id: 'R1' }] });
    await toldInThread(ada(), card, 'I could not read anything in that, so nothing went to the ticket.');
    await settled(flow);
    expect(isTicked(ts)).toBe(false);
  });

  test('calls people by their names', async () => {
    await reply(
      `ask <@${flow.person('carl').id}> or <!subteam^S0123|@desk> in <#${flow.slack.channels.itHelp}|it-help>`,
    );
    await until('the comment', () => comments().some((text) => text.includes('ask @Carl Colleague or ')));
    expect(comments().filter((text) => /<|@@|\bU0[A-Z0-9]{6}/.test(text))).toEqual([]);
    expect(threadOf(ada(), card).some(({ text }) => text.includes('could not'))).toBe(true);
  });
});

describe('the shortcut on another app’s alert', () => {
  const alert = () =>
    flow.slack.otherAppSays('it-help', {
      text: 'New alert',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `Disk full on web-4, ask <@${flow.person('carl').id}>` } },
      ],
      attachments: [
        { fallback: 'x', title: 'Runbook', title_link: 'https://wiki.example/disk', text: 'x'.repeat(3_500) },
      ],
      files: { 'df.txt': 'web-4 100%' },
    });
  async function fromMessage(person: SlackPerson, { channel, ts }: { channel: string; ts: string }): Promise<void> {
    if (person.modal()) await person.closeModal();
    await person.messageShortcut('file_incident_from_message', channel, ts);
  }

  test('fills the form with what was shown, and brings its files', async () => {
    await fromMessage(ada(), alert());
    const form = await until('the form', () => ada().modal());
    const [title, description] = form.view.blocks.map((block) => asJson(asJson(block)['element'])['initial_value']);
    expect(title).toContain('Disk full on web-4, ask @Carl Colleague Runbook (https://wiki.example/disk)');
    expect(String(description)).toHaveLength(3_000);
    expect(wordsOf(form.view.blocks)).toContain('The file of the message comes along.');
    await ada().fill({ title: 'Disk full' });
    await ada().submit();
    const told = await toldByDm(ada(), ': Disk full.');
    expect(told.text).not.toContain('could not be attached');
    expect(attachedTo('Disk full').map((row) => row['file_name'])).toEqual(['df.txt']);
    expect(incidentsCalled(flow, 'Disk full')[0]?.['description']).toContain('From a Slack message: http');
  });

  test('does not let anybody bring files along that were not in it', async () => {
    const theirs = flow.person('carl').upload('salaries.csv', 'secret', 'text/csv');
    await fromMessage(ada(), alert());
    await until('the form', () => ada().modal());
    ada().fill({ title: 'Forged files' });
    const { rawBody } = await heldBack(flow, () => ada().submit());
    const forged = tamper(rawBody, ({ view }) => {
      const parts = view as { private_metadata: string };
      const metadata = JSON.parse(parts.private_metadata) as object;
      parts.private_metadata = JSON.stringify({ ...metadata, sealedFiles: JSON.stringify([theirs]) });
    });
    await flow.slack.deliver({ rawBody: forged });
    await toldByDm(ada(), ': Forged files.');
    expect(attachedTo('Forged files')).toEqual([]);
    await ada().closeModal();
  });

  test('keeps all of it for somebody who has yet to connect', async () => {
    const bob = flow.person('bob');
    await fromMessage(bob, alert());
    await flow.link('bob');
    const { channel, ts } = await toldByDm(bob, 'You are connected as');
    await bob.click({ channel, ts }, 'resume-pending');
    const form = await until('the form', () => bob.modal());
    const description = asJson(asJson(form.view.blocks[1])['element'])['initial_value'];
    expect(description).toContain('Disk full on web-4, ask @Carl Colleague');
    expect(String(description)).toHaveLength(3_000);
    expect(wordsOf(form.view.blocks)).toContain('a link to the Slack message will be added');
    expect(wordsOf(form.view.blocks)).toContain('The file of the message comes along.');
    await bob.closeModal();
  });
});
