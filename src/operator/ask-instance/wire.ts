import { fetch, type Headers } from 'undici';
import { z } from 'zod';
import { wayOut } from '../../outbound.ts';

/** What an instance answered, unjudged: the questions are about exactly that which the product's own client hides. */
export type Heard = { status: number; headers: Headers; json: unknown };

type Asked = {
  method?: 'GET' | 'POST' | 'PATCH';
  query?: Record<string, string>;
  json?: Record<string, unknown>;
  form?: Record<string, string>;
  /** Nobody's request: no token goes along. */
  anonymous?: true;
};

export type Wire = { ask(path: string, asked?: Asked): Promise<Heard>; close(): Promise<void> };

/** Longer than the instance's own 60 s quota, so that its verdict arrives first. */
const TIMEOUT_MS = 65_000;

/** Single requests to one instance: no cookies, no redirects, no second try. @param accessToken asked before each request */
export function createWire(instanceUrl: string, accessToken: () => Promise<string>): Wire {
  const agent = wayOut();
  return {
    async ask(path, { method = 'GET', query = {}, json, form, anonymous } = {}) {
      const url = new URL(path, instanceUrl);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        dispatcher: agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          accept: 'application/json',
          ...(anonymous ? {} : { authorization: `Bearer ${await accessToken()}` }),
          ...(json ? { 'content-type': 'application/json' } : {}),
        },
        ...(json ? { body: JSON.stringify(json) } : form ? { body: new URLSearchParams(form) } : {}),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, json: parsed(text) };
    },
    close: () => agent.close(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const row = z.record(z.string(), z.unknown());
const list = z.object({ result: z.array(row) });
const single = z.object({ result: row });

export type Row = z.infer<typeof row>;

/** The rows of a list, or undefined where the answer is no list. */
export const rowsIn = ({ status, json }: Heard): Row[] | undefined =>
  status === 200 ? list.safeParse(json).data?.result : undefined;

export const rowIn = ({ json }: Heard): Row | undefined => single.safeParse(json).data?.result;

const both = z.object({ value: z.unknown(), display_value: z.unknown() });

/** The stored form of a column, whichever way it was asked for. */
export const storedIn = (from: Row | undefined, column: string): string =>
  String(both.safeParse(from?.[column]).data?.value ?? from?.[column] ?? '');

export const shownIn = (from: Row | undefined, column: string): string =>
  String(both.safeParse(from?.[column]).data?.display_value ?? '');

/** `403 Insufficient rights to query records`: what the refusal said, without a stack. */
export function refusalIn({ status, json }: Heard): string {
  const { data } = z.object({ error: z.object({ message: z.string() }) }).safeParse(json);
  return data ? `${status} ${data.error.message}` : String(status);
}
