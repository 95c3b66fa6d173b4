import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filledForm } from '../../../src/desk/filled-form.ts';
import type { Person, ServiceNow } from '../../sandbox/servicenow/server.ts';
import { authorizeUrl, start } from './client.ts';

let sn: ServiceNow;
beforeAll(async () => {
  sn = await start();
});
afterAll(() => sn.close());

/** A browser with one cookie and no redirects of its own. */
function browser() {
  let cookie = '';
  const visit = async (path: string, form?: Record<string, string>) => {
    const response = await fetch(new URL(path, sn.url), {
      redirect: 'manual',
      headers: { cookie },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  };
  const csrf = async (path: string) => /name="csrf" value="([^"]*)"/.exec((await visit(path)).text)?.[1] ?? '';
  const submit = async (path: string, form: Record<string, string>) => visit(path, { csrf: await csrf(path), ...form });
  const login = async (person: Person) =>
    visit('/login.do', {
      csrf: await csrf('/login.do'),
      next: '/',
      user_name: person.userName,
      user_password: person.password,
    });
  return { visit, submit, login };
}

const incident = (index: number) => `/incident.do?sys_id=${sn.db.rows('incident')[index]?.['sys_id']}`;
const stored = (index: number) => sn.db.rows('incident')[index] ?? {};

test('everything asks for a login first, and comes back to where one wanted to go', async () => {
  const { visit } = browser();
  expect((await visit('/approvals')).location).toBe('/oauth_login.do?next=%2Fapprovals');
});

test('consent needs the form token of the logged-in browser', async () => {
  const { visit, submit, login } = browser();
  await login(sn.people.requester);
  const path = authorizeUrl(sn);
  expect((await visit(path, { decision: 'allow' })).status).toBe(403);
  expect((await visit(path, { decision: 'allow', csrf: 'guessed' })).status).toBe(403);
  expect((await submit(path, { decision: 'allow' })).location).toMatch(/[?&]code=/);
});

test('the consent page names the app and the person, and "Not you?" leads to another login', async () => {
  const { visit, login } = browser();
  await login(sn.people.requester);
  const path = authorizeUrl(sn);
  const { text } = await visit(path);
  expect(text).toContain('Slack bridge would like to use your account');
  expect(text).toContain('Ada Requester');
  const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const { pathname, search } = new URL(path);
  const out = await visit('/logout.do', { csrf, next: pathname + search });
  expect(out.location).toBe(`/oauth_login.do?next=${encodeURIComponent(pathname + search)}`);
  expect((await visit(path)).location).toContain('/oauth_login.do');
});

test('the list shows what the person may see', async () => {
  const { visit, login } = browser();
  await login(sn.people.requester);
  const { text } = await visit('/');
  expect(text).toContain('INC0010001');
  expect(text).not.toContain('INC0010005');
  expect((await visit(incident(4))).status).toBe(404);
});

test('a new record is filed at the form that the bridge’s address fills in', async () => {
  const { visit, submit, login } = browser();
  await login(sn.people.requester);
  const typed = { short_description: 'No <place>', impact: '1', description: 'a=b\nc' };
  const { path } = filledForm('incident', typed);
  const { text } = await visit(path);
  expect(text).toContain('<textarea id="short_description" name="short_description">No &#60;place&#62;</textarea>');
  expect(text).toContain('>a=b\nc</textarea>');
  expect(text).toMatch(/<select id="impact"[^>]*>[^/]*<\/option><option value="1" selected>/);
  expect(text).toContain('<label for="location">Location</label>');
  expect(text).not.toContain('name="work_notes"');
  expect((await visit(path, typed)).status).toBe(403);

  const place = sn.db.rows('cmn_location')[0]?.['sys_id'] ?? '';
  const { location } = await submit(path, { ...typed, location: place, work_notes: 'forged' });
  const filed = sn.db.rows('incident').at(-1) ?? {};
  expect(location).toBe(`/incident.do?sys_id=${filed['sys_id']}`);
  expect(filed).toMatchObject({ ...typed, location: place, category: 'inquiry', sys_created_by: 'ada.requester' });
  expect(sn.journal(filed['sys_id'] ?? '')).toEqual([]);
  expect((await visit('/change_request.do?sys_id=-1')).status).toBe(403);
  sn.db.remove('incident', filed['sys_id'] ?? '');
});

describe('an agent', () => {
  const agent = browser();
  beforeAll(() => agent.login(sn.people.agent));

  test('writes a comment and a work note', async () => {
    await agent.submit(incident(0), { comments: 'Hello <b>Ada</b>' });
    await agent.submit(incident(0), { work_notes: 'For us' });
    const { text } = await agent.visit(incident(0));
    expect(text).toContain('Hello &#60;b&#62;Ada&#60;/b&#62;');
    expect(sn.journal(stored(0)['sys_id'] ?? '').slice(-2)).toMatchObject([
      { element: 'comments', by: 'bob.agent' },
      { element: 'work_notes', value: 'For us' },
    ]);
  });

  test('is told what a resolution lacks, and resolves', async () => {
    const refused = await agent.submit(incident(1), { state: '6', close_code: '', close_notes: '' });
    expect(refused.text).toContain('Resolution code, Resolution notes');
    await agent.submit(incident(1), { state: '6', close_code: 'User error', close_notes: 'Charged it.' });
    expect(stored(1)).toMatchObject({ state: '6', resolved_by: sn.people.agent.sysId });
  });

  test('cannot be made to do so by another site', async () => {
    const before = stored(4)['sys_mod_count'];
    expect((await agent.visit(incident(4), { comments: 'forged' })).status).toBe(403);
    expect(stored(4)['sys_mod_count']).toBe(before);
  });

  test.each(['/nav_to.do?uri=', '/now/nav/ui/classic/params/target/'])(
    'arrives by a link of the kind %s',
    async (kind) => {
      const answer = await agent.visit(kind + encodeURIComponent(incident(0).slice(1)));
      expect(answer.location).toBe(incident(0));
    },
  );
});

test('the approver decides what waits for her, once', async () => {
  const eve = browser();
  await eve.login(sn.people.approver);
  expect((await eve.visit('/approvals')).text).toContain('REQ0010001');
  const pending = sn.db
    .rows('sysapproval_approver')
    .find((row) => row['state'] === 'requested' && row['approver'] === sn.people.approver.sysId);
  await eve.submit('/approvals', { sys_id: pending?.['sys_id'] ?? '', state: 'rejected', comments: 'Too dear' });
  expect(sn.db.get('sc_request', pending?.['sysapproval'] ?? '')).toMatchObject({ approval: 'rejected' });
  expect((await eve.visit('/approvals')).text).toContain('Nothing waits for you');
});

test('every form control has a label, and every page one main heading', async () => {
  const { visit, login } = browser();
  await login(sn.people.agent);
  for (const path of ['/', '/approvals', incident(0), '/incident.do?sys_id=-1', '/oauth_login.do', authorizeUrl(sn)]) {
    const { text } = await visit(path);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    const controls = [...text.matchAll(/<(?:input(?![^>]*type="hidden")|select|textarea)[^>]*>/g)].map(([tag]) => tag);
    const unlabelled = controls.filter((tag) => !text.includes(`<label for="${/id="([^"]+)"/.exec(tag)?.[1]}"`));
    expect(unlabelled).toEqual([]);
  }
});
