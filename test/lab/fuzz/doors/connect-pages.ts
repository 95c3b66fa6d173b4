import fc from 'fast-check';
import { connectUrlIn, newBrowser } from '../../../support/flow.ts';
import { defineDoor, must } from '../door.ts';
import { HOSTILE_TEXTS } from '../hostile.ts';
import { linkKeysOf, ROLES } from '../live.ts';

const NAMES = ['id', 'code', 'state', 'error', 'error_description', 'answer', 'iss', 'response', '__proto__'];
const PATHS = ['/servicenow/connect', '/servicenow/connect/confirm', '/servicenow/oauth/callback', '/slack/install'];

/** A way to link that began well: its parts are used in wrong places and in wrong company. */
type Begun = { id: string; state: string; code: string; cookie: string };
const PARTS = ['id', 'state', 'code', 'cookie'] as const;

type Value = { kind: 'text'; text: string } | { kind: 'part'; part: (typeof PARTS)[number]; cut: number };

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.constantFrom(...HOSTILE_TEXTS).map((text) => text.slice(0, 900)),
  }),
  fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'binary', maxLength: 50 }) }),
  fc.record({ kind: fc.constant('part' as const), part: fc.constantFrom(...PARTS), cut: fc.nat(3) }),
);

/** The right part in its right place. */
const rightly: fc.Arbitrary<[string, Value]> = fc
  .constantFrom('id' as const, 'state' as const, 'code' as const)
  .map((part) => [part, { kind: 'part', part, cut: 0 }]);

type Case = {
  path: string;
  method: string;
  params: [string, Value][];
  cookie: Value | undefined;
  type: string;
  raw: string | undefined;
};

export const connectPages = defineDoor<Case>({
  name: 'connect-pages',
  oracle:
    'every page and the OAuth callback answer any parameters, bodies and cookies with a page in words or a redirect to the instance, never 5xx, never the words that came in as markup; nobody is linked by it',
  share: 15,
  chunk: 50,
  async open(around) {
    const live = await around.live();
    const { flow } = live;
    let begun = await begin();

    /** Up to the moment before the callback, as Mallory, who has an account of a colleague's. */
    async function begin(): Promise<Begun> {
      const mallory = flow.person('mallory');
      const { body } = await mallory.command('connect');
      const id = new URL(connectUrlIn(body)).searchParams.get('id') ?? '';
      const browser = newBrowser();
      const { location } = await browser.go(`${flow.publicUrl}/servicenow/connect`, {
        method: 'POST',
        body: new URLSearchParams({ id }),
      });
      const back = await flow.serviceNow.authorize(
        flow.serviceNow.people[ROLES.carl],
        (location ?? '').replace(live.proxy.url, flow.serviceNow.url),
        'allow',
      );
      const { searchParams } = new URL(back);
      const spare = await mallory.command('connect');
      return {
        id: new URL(connectUrlIn(spare.body)).searchParams.get('id') ?? '',
        state: searchParams.get('state') ?? '',
        code: searchParams.get('code') ?? '',
        cookie: [...browser.jar].map(([name, each]) => `${name}=${each}`).join('; '),
      };
    }

    const textOf = (given: Value) =>
      given.kind === 'text' ? given.text : begun[given.part].slice(0, begun[given.part].length - given.cut);

    return {
      arbitrary: fc.record({
        path: fc.constantFrom(...PATHS),
        method: fc.constantFrom('GET', 'POST'),
        params: fc.array(fc.oneof(rightly, fc.tuple(fc.constantFrom(...NAMES), value)), { maxLength: 5 }),
        cookie: fc.option(fc.oneof(value, fc.constant<Value>({ kind: 'part', part: 'cookie', cut: 0 })), {
          nil: undefined,
        }),
        type: fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'text/plain'),
        raw: fc.option(fc.constantFrom('%', '%zz=%', '&&&=', 'id[]=1&id[a]=2', '?'.repeat(5_000), '\u0000'), {
          nil: undefined,
        }),
      }),
      async run({ path, method, params, cookie, type, raw }: Case) {
        const query =
          raw ?? new URLSearchParams(params.map(([name, each]): [string, string] => [name, textOf(each)])).toString();
        const response = await fetch(`${flow.publicUrl}${path}${method === 'GET' ? `?${query}` : ''}`, {
          method,
          redirect: 'manual',
          headers: {
            ...(cookie ? { cookie: headerSafe(textOf(cookie)) } : {}),
            ...(method === 'POST' ? { 'content-type': type } : {}),
          },
          ...(method === 'POST' ? { body: query } : {}),
        });
        const page = await response.text();
        const { status } = response;
        // 502 and 503 with a page of words: ServiceNow refused the code, or is away, and the person reads so.
        const told = page.includes('<h1>');
        must(
          status < 500 || ((status === 502 || status === 503) && told),
          `${method} ${path} is answered with ${status}`,
        );
        must(status >= 400 || status === 303 || told, `${method} ${path} says nothing`);
        must(!/<script|onerror=|<img/i.test(page), 'what came in stands in the page as markup');
        const { location } = Object.fromEntries(response.headers);
        must(location === undefined || location.startsWith(live.proxy.url), `sent to ${location}`);
        must(
          response.headers.getSetCookie().every((line) => !/^x=/.test(line)),
          'a cookie of somebody else',
        );
        return `${path.slice('/servicenow/'.length)} ${status}`;
      },
      async after() {
        live.acting.add(flow.person('mallory').id).add(flow.person('carl').id);
        const links = await linkKeysOf(flow, 'mallory');
        // An own account's callback in its own browser is a link in order, but Mallory's e-mail is not Carl's.
        must(links.length === 0, 'a link was made');
        await live.look();
        begun = await begin();
      },
    };
  },
});

const headerSafe = (text: string) => text.replace(/[^\x21-\x7e ]/g, '?').slice(0, 2_000);
