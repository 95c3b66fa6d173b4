import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { dataPolicy } from '../sandbox/servicenow/types.ts';
import {
  expectNoViolations,
  fileIncident,
  incidentsCalled,
  linkAll,
  settled,
  toldByDm,
  wordsOf,
} from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { until } from '../support/until.ts';

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
