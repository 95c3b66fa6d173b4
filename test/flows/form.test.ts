import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answerTo,
  expectNoViolations,
  fileIncident,
  incidentsCalled,
  linkAll,
  openForm,
  settled,
  toldByDm,
} from '../support/filing.ts';
import { type Flow, startFlow } from '../support/flow.ts';
import { heldBack } from '../support/raw.ts';
import { choicesKey, prefixOf } from '../support/store.ts';
import { until } from '../support/until.ts';
import { wordsOf } from '../support/words-of.ts';

/** The form: it opens whatever state ServiceNow is in, keeps what was typed, and files exactly that. */
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow({ slack: { rateLimits: 'off' } });
  await linkAll(flow, 'ada', 'bob');
}, 30_000);
afterEach(async () => {
  flow.serviceNow.faults.clear();
  flow.slack.faults.clear();
  if (ada().modal()) await ada().closeModal({ clearAll: true });
  expectNoViolations(flow);
});
afterAll(() => flow.close());

const ada = () => flow.person('ada');
const input = (blockId: string) =>
  ada()
    .modal()
    ?.view.blocks.find((block) => block.block_id === blockId) as { element: Record<string, unknown> } | undefined;
/** The hourly look at the choice lists is nobody's waiting time. */
const instanceRequests = () => flow.serviceNow.requests.filter(({ path }) => !path.endsWith('/sys_choice')).length;

describe('opening it', () => {
  test.each(['hibernate', 'offline', 'bad-gateway', 'latency'] as const)(
    'takes an instant while ServiceNow is in state “%s”',
    async (kind) => {
      flow.serviceNow.faults.set({ kind, ms: 2000 });
      const before = performance.now();
      await openForm(ada(), 'Coffee machine leaks');
      expect(performance.now() - before).toBeLessThan(1000);
      expect(input('title')?.element['initial_value']).toBe('Coffee machine leaks');
      flow.serviceNow.faults.clear();
    },
  );

  test('asks ServiceNow for nothing', async () => {
    const before = instanceRequests();
    await openForm(ada(), 'Quiet please');
    await settled(flow);
    expect(instanceRequests()).toBe(before);
  });

  test('by the global shortcut gives an empty form', async () => {
    await ada().globalShortcut('file_incident');
    await until('the form', () => ada().modal());
    expect(input('title')?.element).not.toHaveProperty('initial_value');
    // She is whom it is for, unless she says otherwise.
    expect(JSON.stringify(input('caller')?.element['initial_option'])).toContain('Ada Requester');
  });

  test('with more words than fit in a line puts them all into the description', async () => {
    const long = `The whole story: ${'and then it broke again, '.repeat(20)}`.trim();
    await openForm(ada(), long);
    expect(String(input('title')?.element['initial_value'])).toHaveLength(160);
    expect(input('description')?.element['initial_value']).toBe(long);
  });

  test('that Slack refuses is not passed over in silence', async () => {
    flow.slack.faults.set({ method: 'views.open', kind: 'error', error: 'expired_trigger_id', times: 1 });
    const told = await answerTo(flow, () => ada().command('incident Too late', { channel: 'it-help' }));
    expect(told).toMatchObject({ ephemeral: true, onlyFor: ada().id });
    expect(told.text).toMatch(/Slack did not accept.*\(Reference: command-/);
    expect(ada().notices()).toEqual([]);
  });

  test('from a button is not passed over in silence either', async () => {
    const offer = await answerTo(flow, () => ada().say(ada().dm().channel, 'incident From a button'));
    flow.slack.faults.set({ method: 'views.open', kind: 'error', error: 'expired_trigger_id', times: 1 });
    const told = await answerTo(flow, () => ada().click({ channel: offer.channel, ts: offer.ts }, 'file-incident'));
    expect(told.text).toContain('Slack did not accept');
    expect(ada().notices()).toEqual([]);
  });
});

describe('filling it in', () => {
  const priority = () =>
    wordsOf(
      ada()
        .modal()
        ?.view.blocks.filter((block) => block.block_id?.startsWith('priority')),
    );

  test('shows the priority that follows, and keeps what was typed', async () => {
    const { id } = await openForm(ada(), 'Server room is hot');
    expect(priority()).toContain('Expected priority: 5 - Planning');
    ada().fill({ title: 'Server room is very hot', description: 'Thirty-eight degrees' });
    for (const [block, action, value, expected] of [
      ['impact', 'preview-priority', '1', '3 - Moderate'],
      ['urgency', 'preview-priority-urgency', '1', '1 - Critical'],
      ['urgency', 'preview-priority-urgency', '2', '2 - High'],
    ] as const) {
      ada().fill({ [block]: value });
      await ada().click({ view: id }, action, { value });
      await until(expected, () => priority().includes(expected));
    }
    await ada().submit();
    await toldByDm(ada(), 'Server room is very hot');
    const [row] = incidentsCalled(flow, 'Server room is very hot');
    expect(row).toMatchObject({ impact: '1', urgency: '2', priority: '2', description: 'Thirty-eight degrees' });
  });

  test('offers the instance’s own categories once they have been read', async () => {
    flow.serviceNow.db.insert('sys_choice', {
      name: 'incident',
      element: 'category',
      value: 'facilities',
      label: 'Facilities',
      sequence: '900',
      language: 'en',
      inactive: 'false',
    });
    await flow.redis.del(choicesKey(flow));
    // The first form has none and sends for the instance's list; an hour's job may have run already.
    await flow.redis.del(...(await flow.redis.keys(`${prefixOf(flow, 'sync')}:sync:j-choices-*`)));
    await openForm(ada(), 'First');
    expect(input('category')).toBeUndefined();
    await until('the list to be read', () => flow.redis.exists(choicesKey(flow)));
    await openForm(ada(), 'Second');
    expect(JSON.stringify(input('category'))).toContain('Facilities');
    ada().fill({ category: 'Facilities' });
    await ada().submit();
    await toldByDm(ada(), /Filed INC\d+: Second/);
    expect(incidentsCalled(flow, 'Second')[0]).toMatchObject({ category: 'facilities' });
  });

  test.each([
    ['own', 'net', ['Network'], 'network'],
    ['ancestor', 'net', ['Network'], 'network'],
    ['otherLanguage', 'net', ['Netzwerk'], 'network'],
    ['long', 'area 14', Array.from({ length: 10 }, (_, index) => `Area 14${index}`), 'area_140'],
  ] as const)('offers the categories where the instance has them: %s', async (choiceLists, typed, found, value) => {
    const other = await startFlow({ slack: { rateLimits: 'off' }, serviceNow: { choiceLists } });
    try {
      await other.link('ada');
      await until('the list to be read', () => other.redis.exists(choicesKey(other)));
      const person = other.person('ada');
      const { id, view } = await openForm(person, 'Which one?');
      const field = JSON.stringify(view.blocks.find(({ block_id }) => block_id === 'category'));
      if (choiceLists === 'long') {
        const options = await person.options({ view: id }, 'category', 'find-category', typed);
        expect(options.map(({ text }) => text.text)).toEqual(found);
      } else expect(field).toContain(`"${found[0]}"`);
      person.fill({ category: found[0] ?? '' });
      await person.submit();
      await toldByDm(person, /Filed INC\d+: Which one/);
      expect(incidentsCalled(other, 'Which one?')[0]).toMatchObject({ category: value });
      expectNoViolations(other);
    } finally {
      await other.close();
    }
  });

  test('says at the field what is wrong, and files once that is right', async () => {
    await openForm(ada(), 'Title');
    ada().fill({ title: '   ' });
    const refused = await ada().submit();
    expect(refused.body).toEqual({
      response_action: 'errors',
      errors: { title: expect.stringContaining('in one line') },
    });
    expect(ada().modal()?.errors['title']).toContain('160 characters');
    ada().fill({ title: 'A real title now' });
    await ada().submit();
    await toldByDm(ada(), 'A real title now');
  });
});

describe('what is looked up while typing', () => {
  const look = async (blockId: 'item' | 'caller', text: string) => {
    const { id } = await openForm(ada(), 'Look-up');
    return ada().options({ view: id }, blockId, `find-${blockId}`, text);
  };

  test('is found, chosen, and ends up in the ticket', async () => {
    const items = await look('item', 'gateway');
    expect(items.map(({ text }) => text.text)).toEqual(['VPN Gateway']);
    ada().fill({ item: 'VPN Gateway' });
    await ada().submit();
    await toldByDm(ada(), /Filed INC\d+: Look-up/);
    expect(incidentsCalled(flow, 'Look-up')[0]?.['cmdb_ci']).toBe(items[0]?.value);
  });

  test('is asked for under the person’s own name, once for the same words', async () => {
    await look('item', 'mail re');
    const asked = flow.serviceNow.requests.filter(({ path }) => path.endsWith('/cmdb_ci'));
    expect(asked.at(-1)?.user).toBe(flow.serviceNow.people.requester.sysId);
    const again = await look('item', '  MAIL RE ');
    expect(again.map(({ text }) => text.text)).toEqual(['Mail Relay']);
    expect(flow.serviceNow.requests.filter(({ path }) => path.endsWith('/cmdb_ci'))).toHaveLength(asked.length);
    // Somebody else's rights may differ, so his words are looked up anew.
    const bob = flow.person('bob');
    const { id } = await openForm(bob, 'His');
    await bob.options({ view: id }, 'item', 'find-item', 'mail re');
    expect(flow.serviceNow.requests.filter(({ path }) => path.endsWith('/cmdb_ci'))).toHaveLength(asked.length + 1);
    await bob.closeModal();
  });

  test('is simply empty when ServiceNow is too slow, within Slack’s three seconds', async () => {
    flow.serviceNow.faults.set({ kind: 'latency', path: /sys_user/, ms: 4000 });
    const started = performance.now();
    expect(await look('caller', 'carl')).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2900);
    expect(ada().notices()).toEqual([]);
    // A failure is not remembered.
    flow.serviceNow.faults.clear();
    expect((await look('caller', 'carl')).map(({ text }) => text.text)).toEqual(['Carl Colleague (carl.colleague)']);
  });

  test.each(['hibernate', 'login-html', 'reset-mid-body', 'truncated-200-error', 'unauthorized-once'] as const)(
    'survives the fault “%s”',
    async (kind) => {
      flow.serviceNow.faults.set({ kind, path: /cmdb_ci/ });
      const found = await look('item', `laptop${kind.length}`.slice(0, 6));
      expect(Array.isArray(found)).toBe(true);
      expect(ada().notices()).toEqual([]);
    },
  );

  test.each([
    'carl.c',
    'carl@example.com',
    'CARL@',
    'Colleague Carl',
    'colleague, carl',
    'Carl\u00a0Colleague',
    'Ca\u200brl Colleague',
    'Ｃａｒｌ',
  ])('finds a caller by %j', async (words) => {
    expect((await look('caller', words)).map(({ text }) => text.text)).toEqual(['Carl Colleague (carl.colleague)']);
  });

  test.each(['^ORactive=true', 'javascript:gs.getUserID()', '%%', '^^', 'x^NQactive=true'])(
    'turns the hostile words %j into mere words',
    async (words) => {
      expect(await look('caller', words)).toEqual([]);
    },
  );
});

describe('filing it', () => {
  test('for somebody else names them as the caller', async () => {
    const { id } = await openForm(ada(), 'For Carl');
    await ada().options({ view: id }, 'caller', 'find-caller', 'carl');
    ada().fill({ caller: 'Carl Colleague (carl.colleague)' });
    await ada().submit();
    await toldByDm(ada(), /Filed INC\d+: For Carl/);
    expect(incidentsCalled(flow, 'For Carl')[0]).toMatchObject({
      caller_id: flow.serviceNow.people.colleague.sysId,
      opened_by: flow.serviceNow.people.requester.sysId,
    });
  });

  test('with “who is it for” emptied files for oneself', async () => {
    await fileIncident(ada(), 'For nobody in particular', { caller: '' });
    await toldByDm(ada(), 'For nobody in particular');
    const [row] = incidentsCalled(flow, 'For nobody in particular');
    expect(row?.['caller_id']).toBe(flow.serviceNow.people.requester.sysId);
  });

  const HOSTILE: [what: string, title: string, description: string][] = [
    ['pings', 'Hey <!channel> and <@U12345678>', '<!here> <!everyone> <!subteam^S123> @channel'],
    [
      'links',
      'See <https://evil.example|your bank>',
      '[click](javascript:alert(1)) <mailto:a@b.c|x> https://a.example',
    ],
    [
      'mark-up',
      '*bold* _it_ ~no~ `code` &amp; &lt;b&gt; "quotes"',
      '```block``` > quote\n• list\n<script>alert(1)</script>',
    ],
    ['emoji and other scripts', 'Drucker 🖨️👩‍👩‍👧 פונט عطل', '\u202eשלום \u0628\u200f 日本語 e\u0301'],
    ['query signs', 'a^ORb=c^NQd', 'javascript:gs.getUserID()'],
    ['three thousand characters', 'Long one', `${'0123456789'.repeat(299)}0123456789`],
  ];
  test.each(HOSTILE)('text with %s arrives as it was typed, and pings nobody', async (_what, title, description) => {
    await openForm(ada(), 'x');
    ada().fill({ title, description });
    await ada().submit();
    const row = await until('the ticket', () => incidentsCalled(flow, title)[0]);
    expect(row).toMatchObject({ short_description: title, description });
    await settled(flow);
    await toldByDm(ada(), row['number'] ?? '?');
    expect(flow.slack.broadcasts()).toEqual([]);
    // The card shows the same characters, not what Slack would make of them.
    expect(wordsOf(ada().modal()?.view.blocks)).toContain(title.slice(0, 100));
    // And a look at it later does so, too.
    const shown = await answerTo(flow, () => ada().command(row['number'] ?? ''));
    expect(wordsOf(shown.blocks)).toContain(title.slice(0, 100));
  });

  test('the same text typed after the command arrives as it was typed', async () => {
    const title = 'Screen shows <!channel> & "<b>" 🖥️';
    await openForm(ada(), title);
    await ada().submit();
    await until('the ticket', () => incidentsCalled(flow, title)[0]);
    await settled(flow);
  });

  test('[code] cannot make ServiceNow render what somebody typed', async () => {
    await fileIncident(ada(), 'Looks [code]<b>bold</b>[/code]', { description: '[CODE]<script>x</script>[/Code] ok' });
    const row = await until('the ticket', () => incidentsCalled(flow, 'Looks [ code]<b>bold</b>[/ code]')[0]);
    expect(row['description']).toBe('[ code]<script>x</script>[/ code] ok');
    const told = await toldByDm(ada(), row['number'] ?? '?');
    // Taking it apart is ours, so it is not reported as ServiceNow's doing.
    expect(told.text).not.toContain('set these differently');
  });

  test.each(['typed', 'ragged'] as const)('is filed whatever shape its columns come back in: %s', async (shape) => {
    flow.serviceNow.settings.columnValues = shape;
    const title = `The columns are ${shape}`;
    await fileIncident(ada(), title, { impact: '1', urgency: '2' });
    const told = await toldByDm(ada(), new RegExp(`Filed INC\\d+: ${title}`));
    expect(told.text).toContain('Priority: 2 - High');
    expect(told.text).not.toContain('set these differently');
    const [row] = incidentsCalled(flow, title);
    const shown = await answerTo(flow, () => ada().command(row?.['number'] ?? ''));
    expect(wordsOf(shown.blocks)).toContain('Ada Requester');
    expect((await answerTo(flow, () => ada().command(`search ${title}`))).text).toContain(title);
    await settled(flow);
    flow.serviceNow.settings.columnValues = 'strings';
  });

  test('what ServiceNow dropped without a word is named', async () => {
    await openForm(ada(), 'Dropped category');
    // Somebody retires the category while the form is open.
    const choice = flow.serviceNow.db
      .rows('sys_choice')
      .find((row) => row['name'] === 'incident' && row['element'] === 'category' && row['value'] === 'database');
    flow.serviceNow.db.update('sys_choice', choice?.['sys_id'] ?? '', { inactive: 'true' });
    ada().fill({ category: 'Database' });
    await ada().submit();
    const told = await toldByDm(ada(), 'Dropped category');
    expect(told.text).toContain('ServiceNow set these differently from what you entered: Category.');
    await until('the same in the modal', () => wordsOf(ada().modal()?.view.blocks).includes('entered: Category.'));
  });

  test('what a rule of the instance changed is named', async () => {
    const stop = flow.serviceNow.onChange(({ table, sysId, operation }) => {
      if (table === 'incident' && operation === 'insert')
        flow.serviceNow.db.update('incident', sysId, {
          urgency: '3',
          caller_id: flow.serviceNow.people.colleague.sysId,
        });
    });
    await fileIncident(ada(), 'Changed by a rule', { urgency: '1', impact: '1' });
    const told = await toldByDm(ada(), 'Changed by a rule');
    stop();
    expect(told.text).toContain('ServiceNow set these differently from what you entered: For, Urgency.');
    expect(told.text).toContain('Priority: 3 - Moderate');
  });
});

describe('the same form sent twice, because Slack did not hear that it had arrived', () => {
  /** The submission arrives, but Slack shows trouble, and the form stays open. */
  async function submitUnheard(): Promise<void> {
    const { rawBody } = await heldBack(flow, () => ada().submit());
    expect((await flow.slack.deliver({ rawBody })).status).toBe(200);
  }

  test('with the same words is one ticket', async () => {
    await openForm(ada(), 'Sent twice alike', { description: 'As it is' });
    await submitUnheard();
    expect((await ada().submit()).body).toMatchObject({ response_action: 'update' });
    await toldByDm(ada(), /Filed INC\d+: Sent twice alike/);
    expect(incidentsCalled(flow, 'Sent twice alike')).toHaveLength(1);
  });

  test('with other words says that those are not filed, and keeps them', async () => {
    await openForm(ada(), 'Sent, and sent again', { description: 'First thoughts' });
    await submitUnheard();
    ada().fill({ title: 'Sent differently', description: 'Second thoughts', urgency: '1' });
    const { body } = await ada().submit();
    expect(body).toEqual({
      response_action: 'errors',
      errors: { title: expect.stringContaining('your changes to: Short description, Description, Urgency.') },
    });
    await toldByDm(ada(), /Filed INC\d+: Sent, and/);
    expect(incidentsCalled(flow, 'Sent, and sent again')).toMatchObject([
      { description: 'First thoughts', urgency: '3' },
    ]);
    expect(incidentsCalled(flow, 'Sent differently')).toEqual([]);
  });

  test('for a comment writes both down', async () => {
    await fileIncident(ada(), 'To be commented on');
    const { channel, ts } = await toldByDm(ada(), /Filed INC\d+: To be commented on/);
    await ada().closeModal();
    await ada().click({ channel, ts }, 'add-comment');
    await until('the form', () => ada().modal());
    ada().fill({ words: 'First words' });
    await submitUnheard();
    ada().fill({ words: 'Other words' });
    expect(await ada().submit()).toMatchObject({ status: 200, body: '' });
    const sysId = incidentsCalled(flow, 'To be commented on')[0]?.['sys_id'] ?? '';
    const written = () => flow.serviceNow.journal(sysId).map(({ value }) => value.split('\n')[0]);
    await until('both', () => written().length === 2);
    expect(written().sort()).toEqual(['First words', 'Other words']);
    await settled(flow);
  });
});

describe('filing from a message', () => {
  test('carries its words, its author and a link to it', async () => {
    const { ts } = await flow.person('carl').say('it-help', 'The door & the <badge> reader\nare both dead');
    await ada().messageShortcut('file_incident_from_message', 'it-help', ts);
    await until('the form', () => ada().modal());
    expect(input('description')?.element['initial_value']).toBe('The door & the <badge> reader\nare both dead');
    ada().fill({ title: 'Door is dead' });
    await ada().submit();
    const told = await toldByDm(ada(), 'Door is dead');
    const [row] = incidentsCalled(flow, 'Door is dead');
    expect(row?.['description']).toBe(
      `The door & the <badge> reader\nare both dead\n\nFrom a Slack message by Carl Colleague: ${flow.slack.url}/archives/${flow.slack.channels.itHelp}/p${ts.replace('.', '')}`,
    );
    expect(told.text).not.toContain('set these differently');
  });

  test('in a channel that the bot cannot see works without the link', async () => {
    const { ts } = await flow.person('carl').say('general', 'My monitor flickers');
    await ada().messageShortcut('file_incident_from_message', 'general', ts);
    await until('the form', () => ada().modal());
    await ada().submit();
    await toldByDm(ada(), 'My monitor flickers');
    expect(incidentsCalled(flow, 'My monitor flickers')[0]?.['description']).toContain(
      'From a Slack message by Carl Colleague',
    );
  });

  test('of somebody not yet connected keeps words, author and link for after the connect', async () => {
    const eve = flow.person('eve');
    const { ts } = await flow.person('carl').say('it-help', 'The heating is off');
    const told = await answerTo(flow, () => eve.messageShortcut('file_incident_from_message', 'it-help', ts));
    expect(told.text).toContain('Connect your ServiceNow account first');
    await flow.link('eve');
    const connected = await toldByDm(eve, 'You are connected as Eve Approver');
    await eve.click({ channel: connected.channel, ts: connected.ts }, 'resume-pending');
    const form = await until('the form', () => eve.modal());
    expect(JSON.stringify(form.view.blocks)).toContain('The heating is off');
    await eve.submit();
    await toldByDm(eve, ': The heating is off.');
    const place = `/archives/${flow.slack.channels.itHelp}/p${ts.replace('.', '')}`;
    expect(incidentsCalled(flow, 'The heating is off')[0]?.['description']).toBe(
      `The heating is off\n\nFrom a Slack message by Carl Colleague: ${flow.slack.url}${place}`,
    );
    await eve.closeModal();
  });
});
