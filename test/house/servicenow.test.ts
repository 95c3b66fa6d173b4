import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { parseSync, traverse } from '@babel/core';
import { describe, expect, jest, test } from '@jest/globals';
import type { Request, Response } from 'express';
import type { Enqueue } from '../../src/jobs/enqueue.ts';
import { createLog } from '../../src/log.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { pushRoute } from '../../src/routes/servicenow-events.ts';
import { PUSHED_TABLES, SCRIPTS, UPDATE_SET, updateSet } from './update-set.ts';

const SECRET = 'a-plainly-fake-webhook-secret';
const NOW = Date.UTC(2026, 0, 2, 12);
const INCIDENT = {
  sys_id: '9d385017c611228701d22104cc95c371',
  number: 'INC0010023',
  sys_mod_count: '7',
  sys_updated_on: '2026-01-02 12:00:00',
  assigned_to: '62826bf03710200044e0bfc8bcbe5df1',
  state: '2',
  assignment_group: '',
};

/** ServiceNow's script engine knows ECMAScript 5 in scopes that were never switched. */
const LATER_SYNTAX = [
  'ArrowFunctionExpression',
  'TemplateLiteral',
  'ClassDeclaration',
  'SpreadElement',
  'RestElement',
  'ObjectPattern',
  'ArrayPattern',
  'ForOfStatement',
  'AwaitExpression',
  'OptionalMemberExpression',
  'OptionalCallExpression',
];

type Sent = { headers: Record<string, string>; body: string };
type Later = { parm1: string; parm2: string; seconds: number };

function record(table: string, fields: Record<string, string>, changes: string[] = []) {
  const known = [...Object.keys(fields), ...changes];
  return {
    ...Object.fromEntries(known.map((name) => [name, { changes: () => changes.includes(name) }])),
    isValidRecord: () => true,
    isValidField: (name: string) => known.includes(name),
    getValue: (name: string) => fields[name] || null,
    getTableName: () => table,
    getUniqueValue: () => fields['sys_id'],
    operation: () => 'update',
  };
}

/** Plays the instance around the script action. */
function runAction(current: object, options: { status?: number | 'unreachable'; attempt?: number; url?: string } = {}) {
  const { status = 202, attempt = 0, url = 'https://bridge.example.com/servicenow/events' } = options;
  const sent: Sent[] = [];
  const later: Later[] = [];
  const errors: string[] = [];
  class RESTMessageV2 {
    headers: Record<string, string> = {};
    body = '';
    setEndpoint() {}
    setHttpMethod() {}
    setHttpTimeout() {}
    setRequestHeader(name: string, value: string) {
      this.headers[name.toLowerCase()] = value;
    }
    setRequestBody(body: string) {
      this.body = body;
    }
    execute() {
      if (status === 'unreachable') throw new Error('Unknown host');
      sent.push({ headers: this.headers, body: this.body });
      return { getStatusCode: () => status };
    }
  }
  class GlideDateTime {
    seconds = 0;
    getNumericValue = () => NOW;
    addSeconds(seconds: number) {
      this.seconds += seconds;
    }
  }
  class GlideCertificateEncryption {
    generateMac = (key: string, algorithm: string, data: string) => {
      expect(algorithm).toBe('HmacSHA256');
      return createHmac('sha256', Buffer.from(key, 'base64')).update(data).digest('base64');
    };
  }
  const gs = {
    getProperty: (name: string) => ({ 'x_bridge.url': url, 'x_bridge.secret': SECRET })[name],
    base64Encode: (text: string) => Buffer.from(text).toString('base64'),
    warn: () => {},
    error: (text: string) => errors.push(text),
    eventQueueScheduled: (_name: string, _current: object, parm1: string, parm2: string, at: GlideDateTime) =>
      later.push({ parm1, parm2, seconds: at.seconds }),
  };
  const event = { sys_id: 'e'.repeat(32), parm1: 'state,comments', parm2: String(attempt) };
  runInNewContext(SCRIPTS.action, {
    current,
    event,
    gs,
    GlideDateTime,
    GlideCertificateEncryption,
    sn_ws: { RESTMessageV2 },
  });
  return { sent, later, errors };
}

/** The bridge's own door, with the store and the queue watched. */
async function receive({ headers, body }: Sent, secrets = [SECRET]) {
  const enqueue = jest.fn(async () => {});
  const route = pushRoute({
    secrets,
    readBody: (_request, _response, next) => next(),
    redis: { set: async () => 'OK' } as unknown as RedisClient,
    enqueue: enqueue as unknown as Enqueue,
    now: () => NOW,
    log: createLog('silent'),
    observe: () => {},
  });
  const request = { get: (name: string) => headers[name.toLowerCase()], body: Buffer.from(body) };
  let status = 0;
  const response = {
    status: (code: number) => {
      status = code;
      return { end: () => {} };
    },
  };
  await route(request as unknown as Request, response as unknown as Response);
  return { status, enqueued: enqueue.mock.calls as unknown[][] };
}

describe.each(Object.entries(SCRIPTS))('the script of the %s', (_name, script) => {
  test('is ECMAScript 5', () => {
    const file = parseSync(script, { babelrc: false, configFile: false, sourceType: 'script' });
    const later: string[] = [];
    if (file)
      traverse(file, {
        enter: ({ node }) => void (LATER_SYNTAX.includes(node.type) && later.push(node.type)),
        VariableDeclaration: ({ node }) => void (node.kind !== 'var' && later.push(node.kind)),
        ObjectProperty: ({ node }) => void ((node.shorthand || node.computed) && later.push('newer property')),
        ObjectMethod: ({ node }) => void (node.kind === 'method' && later.push('method')),
      });
    expect(file).toBeTruthy();
    expect(later).toEqual([]);
  });

  test('holds no address and no secret', () => {
    expect(script).not.toMatch(/https?:|password/i);
  });
});

describe('the business rule', () => {
  const queued = (current: object) => {
    const events: unknown[][] = [];
    const gs = { eventQueue: (...args: unknown[]) => events.push(args) };
    runInNewContext(SCRIPTS.rule, { current, gs });
    return events;
  };

  test('queues what changed', () => {
    const current = record('incident', INCIDENT, ['state', 'comments']);
    expect(queued(current)).toEqual([['x_bridge.changed', current, 'state,comments', '0']]);
  });
  test('queues a new record, and leaves alone what nobody would be told', () => {
    expect(queued({ ...record('incident', INCIDENT), operation: () => 'insert' })).toHaveLength(1);
    expect(queued(record('incident', INCIDENT, ['description']))).toEqual([]);
  });
});

describe('what the script action sends', () => {
  test('is accepted by the bridge, and says who is concerned', async () => {
    const { sent, later } = runAction(record('incident', INCIDENT));
    expect(later).toEqual([]);
    const [push] = sent;
    if (!push) throw new Error('nothing was sent');
    const { status, enqueued } = await receive(push);
    expect(status).toBe(202);
    expect(enqueued[0]?.[1]).toMatchObject({
      change: { table: 'incident', sysId: INCIDENT.sys_id, modCount: 7, assignedTo: INCIDENT.assigned_to },
    });
    // No group is known to be none; of columns that the table does not have nothing is said.
    expect(enqueued[0]?.[1]).toMatchObject({ change: { values: { state: '2', assignment_group: '' } } });
    expect(enqueued[0]?.[1]).not.toHaveProperty('change.values.category');
    expect((await receive(push, ['new-secret-of-the-bridge', SECRET])).status).toBe(202);
    expect((await receive(push, ['another-secret-altogether'])).status).toBe(401);
    expect((await receive({ ...push, body: push.body.replace('"sys_mod_count":7', '"sys_mod_count":8') })).status).toBe(
      401,
    );
  });

  test('of an approval names the approver; nobody is an empty string; all of it is ASCII', async () => {
    const approval = record('sysapproval_approver', {
      sys_id: INCIDENT.sys_id,
      sys_mod_count: '0',
      sys_updated_on: 'jüngst',
      approver: INCIDENT.assigned_to,
    });
    const [push] = runAction(approval).sent;
    const body = JSON.parse(push?.body ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({
      approver: INCIDENT.assigned_to,
      assigned_to: '',
      number: '',
      sys_updated_on: 'jüngst',
    });
    expect(push?.body).toMatch(/^[\x20-\x7e]+$/);
    const { enqueued } = push ? await receive(push) : { enqueued: [] };
    expect(enqueued[0]?.[1]).toMatchObject({ change: { approver: INCIDENT.assigned_to } });
  });

  test.each<[number | 'unreachable', number, number | undefined]>([
    [202, 0, undefined],
    [409, 0, undefined],
    ['unreachable', 0, 30],
    [503, 1, 60],
    [429, 5, 960],
    [503, 6, undefined],
    [401, 0, undefined],
  ])('answered with %s at attempt %i, it is sent again after %s s', (status, attempt, seconds) => {
    const { later, errors } = runAction(record('incident', INCIDENT), { status, attempt });
    expect(later).toEqual(
      seconds === undefined ? [] : [{ parm1: 'state,comments', parm2: String(attempt + 1), seconds }],
    );
    expect(errors).toHaveLength(seconds === undefined && status !== 202 && status !== 409 ? 1 : 0);
  });

  test('nothing where it is not set up, or the record is gone', () => {
    expect(runAction(record('incident', INCIDENT), { url: '' }).sent).toEqual([]);
    expect(runAction({ ...record('incident', INCIDENT), isValidRecord: () => false }).sent).toEqual([]);
  });
});

describe('bridge-update-set.xml', () => {
  const xml = readFileSync(UPDATE_SET, 'utf8');
  const set = elementsOf(xml);
  const texts = (name: string, of = set) => of.filter((each) => each.name === name).map(({ text }) => text);
  const records = texts('payload').map((payload) => elementsOf(payload));

  test('is what its parts make: node --import tsx test/house/update-set.ts', () => {
    expect(xml).toBe(updateSet());
  });

  test('brings the properties, the event, a rule for each table, and the action', () => {
    const kinds = records.map((of) => texts('sys_class_name', of)[0]);
    expect(kinds.sort()).toEqual(
      [
        'sys_properties',
        'sys_properties',
        'sysevent_register',
        ...PUSHED_TABLES.map(() => 'sys_script'),
        'sysevent_script_action',
      ].sort(),
    );
    expect(records.flatMap((of) => texts('collection', of))).toEqual(PUSHED_TABLES);
    const ids = records.flatMap((of) => texts('sys_id', of));
    expect(new Set(ids).size).toBe(records.length);
  });

  test('holds the very scripts, and no value for the properties', () => {
    const scripts = records.flatMap((of) => texts('script', of));
    expect(scripts).toEqual([...PUSHED_TABLES.map(() => SCRIPTS.rule), SCRIPTS.action]);
    expect(records.flatMap((of) => texts('value', of))).toEqual(['', '']);
  });
});

/** A strict reader for what an update set needs: elements, attributes, the five entities. */
function elementsOf(xml: string): { name: string; text: string }[] {
  const found: { name: string; text: string }[] = [];
  const open: { name: string; text: string }[] = [];
  let at = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(xml)?.[0].length ?? 0;
  expect(at).toBeGreaterThan(0);
  const token = /<\/([\w.]+)>|<([\w.]+)((?: [\w]+="[^"<&]*")*)(\/?)>|((?:[^<>&]|&(?:amp|lt|gt|quot|apos);)+)/y;
  while (at < xml.length) {
    token.lastIndex = at;
    const match = token.exec(xml);
    if (!match) throw new Error(`not well-formed at ${xml.slice(at, at + 40)}`);
    at = token.lastIndex;
    const [, closed, opened, , empty, text] = match;
    const inner = open.at(-1);
    if (text !== undefined) {
      if (inner) inner.text += text;
      else expect(text.trim()).toBe('');
    } else if (opened !== undefined) {
      const element = { name: opened, text: '' };
      found.push(element);
      if (!empty) open.push(element);
    } else expect(open.pop()?.name).toBe(closed);
  }
  expect(open).toEqual([]);
  const plain = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
  return found.map(({ name, text }) => ({ name, text: plain(text) }));
}
