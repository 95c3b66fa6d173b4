import http from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { type Person, type ServiceNow, startServiceNow } from '../../sandbox/servicenow/server.ts';
import { installed, load, unpacked } from './npm.ts';
import { type Verdict, verdict } from './verdict.ts';

/** Two more clients of the Table API from the registry: one by hand and old, one generated and in use. Both send passwords. */
const BY_HAND = 'servicenow-rest-api@1.2.2';
const GENERATED = '@backstage-community/plugin-scaffolder-backend-module-servicenow@2.17.0';
/** Of the generated one's dependencies, those of the part that plays; Backstage itself is left out. */
const ITS_OWN = ['axios@1.21.1', 'form-data@4.0.6', 'abort-controller@3.0.0'];

type Play = { about: string; run(): Promise<unknown>; gives: z.ZodType };

export async function playOthers(): Promise<Verdict[]> {
  return [
    ...(await installed([BY_HAND], (folder) => {
      const Client = load(folder, 'servicenow-rest-api') as HandMade;
      // It speaks https to whatever it is given, and takes such options once; the simulator hears the same words unlocked.
      new Client()['setNetworkOptions']?.({ transport: http });
      return asEach('servicenow-rest-api', (...who) => byHand(Client, ...who));
    })),
    ...(await installed(ITS_OWN, async (folder) => {
      const client = await unpacked(GENERATED, folder);
      return asEach('backstage', (...who) => generated(client, ...who));
    })),
  ];
}

async function asEach(
  name: string,
  plays: (instance: ServiceNow, person: Person, isStaff: boolean) => Play[],
): Promise<Verdict[]> {
  const instance = await startServiceNow();
  const verdicts: Verdict[] = [];
  try {
    const { admin, requester } = instance.people;
    for (const [who, person] of [['admin', admin] as const, ['nobody', requester] as const])
      for (const { about, run, gives } of plays(instance, person, who === 'admin')) {
        const got = await run().catch((error: unknown) => error);
        const { error } = gives.safeParse(got);
        const wrong = (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
        verdicts.push(verdict(`${name}, ${who}`, about, wrong.length > 0 ? [...wrong, shown(got)] : []));
      }
  } finally {
    await instance.close();
  }
  return verdicts;
}

const shown = (got: unknown) => (got instanceof Error ? String(got) : (JSON.stringify(got) ?? 'nothing'));

const id = z.string().regex(/^[0-9a-f]{32}$/);
const refused = (status: number) => z.looseObject({ response: z.looseObject({ status: z.literal(status) }) });

type HandMade = new (...args: string[]) => Record<string, (...args: unknown[]) => void>;

/** `servicenow-rest-api`: display values in both directions, plain pairs for a query, passwords, and https only. */
function byHand(Client: HandMade, instance: ServiceNow, person: Person, isStaff: boolean): Play[] {
  const host = new URL(instance.url).host;
  const client = new Client(host, person.userName, person.password);
  const call = (method: string, ...args: unknown[]) =>
    quietly(() => new Promise<unknown>((resolve) => client[method]?.(...args, resolve)));
  const wrongPassword = () =>
    new Promise<unknown>((resolve) =>
      new Client(host, person.userName, 'guessed')['getSampleData']?.('incident', resolve),
    );
  let number = '';
  const words = `Printer of ${person.name}`;
  const upload = async () => {
    const sysId = await call('getSysId', 'incident', number);
    const query = new URLSearchParams({ table_name: 'incident', table_sys_id: String(sysId), file_name: 'page.txt' });
    const response = await fetch(`${instance.url}/api/now/attachment/file?${query}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'text/plain',
        authorization: `Basic ${Buffer.from(`${person.userName}:${person.password}`).toString('base64')}`,
      },
      body: 'page',
    });
    const { result } = z.object({ result: z.object({ sys_id: id, table_sys_id: id }) }).parse(await response.json());
    return result;
  };
  return [
    {
      about: 'a sample',
      run: () => call('getSampleData', 'incident'),
      gives: z.array(z.looseObject({ sys_id: id })).max(1),
    },
    {
      about: 'creates with what people see',
      run: async () => {
        const data = { short_description: words, urgency: '1 - High', category: 'Network', caller_id: person.name };
        const made = await call('createNewTask', data, 'incident');
        number = z.object({ number: z.string() }).parse(made).number;
        return { made, kept: instance.db.rows('incident').find((row) => row['number'] === number) };
      },
      gives: z.object({
        made: z.looseObject({
          urgency: z.literal('1 - High'),
          category: z.literal('Network'),
          caller_id: z.looseObject({ display_value: z.literal(person.name) }),
        }),
        kept: z.looseObject({
          urgency: z.literal('1'),
          category: z.literal('network'),
          caller_id: z.literal(person.sysId),
        }),
      }),
    },
    {
      about: 'queries, with display values',
      run: () => call('getTableData', ['number', 'state'], ['active=true', `short_description=${words}`], 'incident'),
      gives: z.tuple([z.strictObject({ number: z.string(), state: z.literal('New') })]),
    },
    { about: 'a number to an id', run: () => call('getSysId', 'incident', number), gives: id },
    {
      about: 'updates with what people see',
      run: () => call('UpdateTask', 'incident', number, { state: 'In Progress', comments: 'Looking' }),
      // Without a role a person may comment, and the state stays, without a word.
      gives: z.looseObject({
        state: z.literal(isStaff ? 'In Progress' : 'New'),
        comments: z.string().regex(/\(Additional comments\)\nLooking/),
      }),
    },
    {
      about: 'attachments of a record',
      run: async () => call('getAllAttachmentsMetaData', (await upload()).table_sys_id),
      gives: z.tuple([z.looseObject({ file_name: z.literal('page.txt'), size_bytes: z.literal('4') })]),
    },
    {
      about: 'one attachment',
      run: async () => call('getAttachmentMetaData', (await upload()).sys_id),
      gives: z.looseObject({ sys_id: id, download_link: z.url(), content_type: z.literal('text/plain') }),
    },
    {
      about: 'its bytes',
      run: async () => call('getAttachment', (await upload()).sys_id),
      gives: z.looseObject({ data: z.literal('page') }),
    },
    {
      about: 'deletes',
      run: () => call('DeleteTask', 'incident', number),
      gives: isStaff ? z.looseObject({ status: z.literal(204) }) : refused(403),
    },
    { about: 'an unknown table', run: () => call('getSampleData', 'x_no_such_table'), gives: refused(400) },
    { about: 'a wrong password', run: wrongPassword, gives: refused(401) },
  ];
}

/** It prints each address that it asks. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}

type Service = Record<string, (input: Record<string, unknown>) => Promise<unknown>>;

/** The client that Backstage generated from ServiceNow's own description of the Table API. */
function generated(folder: string, instance: ServiceNow, person: Person, isStaff: boolean): Play[] {
  const services = load(folder, join(folder, 'dist/generated/now/table/services.cjs.js')) as {
    DefaultService: Service;
  };
  const { OpenAPI } = load(folder, join(folder, 'dist/generated/now/table/core/OpenAPI.cjs.js')) as {
    OpenAPI: Record<string, unknown>;
  };
  Object.assign(OpenAPI, { BASE: instance.url, USERNAME: person.userName, PASSWORD: person.password });
  const call = (method: string, input: Record<string, unknown>) =>
    services.DefaultService[method]?.({ tableName: 'incident', ...input }) ?? Promise.reject(new Error(`no ${method}`));
  let sysId = '';
  const failed = (status: number, message: RegExp) =>
    z.looseObject({
      status: z.literal(status),
      body: z.object({
        error: z.object({ message: z.string().regex(message), detail: z.string().nullable() }),
        status: z.literal('failure'),
      }),
    });
  const result = <T extends z.ZodType>(one: T) => z.object({ result: one });
  return [
    {
      about: 'creates',
      run: async () => {
        const made = await call('postApiNowTableByTableName', {
          requestBody: { short_description: 'Monitor', impact: 2, caller_id: person.sysId },
          sysparmFields: 'sys_id,impact,caller_id,no_such_field',
          sysparmExcludeReferenceLink: true,
        });
        sysId = result(z.looseObject({ sys_id: id })).parse(made).result.sys_id;
        return made;
      },
      gives: result(z.strictObject({ sys_id: id, impact: z.literal('2'), caller_id: z.literal(person.sysId) })),
    },
    {
      about: 'reads with both values',
      run: () =>
        call('getApiNowTableByTableNameBySysId', { sysId, sysparmFields: 'caller_id', sysparmDisplayValue: 'all' }),
      gives: result(
        z.strictObject({
          caller_id: z.strictObject({
            display_value: z.literal(person.name),
            value: z.literal(person.sysId),
            link: z.url(),
          }),
        }),
      ),
    },
    {
      about: 'lists so many',
      run: () =>
        call('getApiNowTableByTableName', {
          sysparmQuery: 'active=true^ORDERBYnumber',
          sysparmLimit: 1,
          sysparmFields: 'number',
          sysparmNoCount: true,
          sysparmSuppressPaginationHeader: true,
        }),
      gives: result(z.array(z.strictObject({ number: z.string() })).max(1)),
    },
    {
      about: 'modifies by PUT, and what it does not name stays',
      run: () => call('putApiNowTableByTableNameBySysId', { sysId, requestBody: { comments: 'Looking' } }),
      gives: result(z.looseObject({ short_description: z.literal('Monitor'), comments: z.literal('') })),
    },
    {
      about: 'updates by PATCH',
      run: () =>
        call('patchApiNowTableByTableNameBySysId', {
          sysId,
          requestBody: { comments: 'Still looking' },
          sysparmDisplayValue: 'true',
        }),
      gives: result(z.looseObject({ comments: z.string().regex(/Still looking(.|\n)*Looking/) })),
    },
    {
      about: 'an unknown id',
      run: () => call('getApiNowTableByTableNameBySysId', { sysId: '0'.repeat(32) }),
      gives: failed(404, /^No Record found$/),
    },
    {
      about: 'an unknown table',
      run: () => call('getApiNowTableByTableName', { tableName: 'x_no_such_table' }),
      gives: failed(400, /^Invalid table x_no_such_table$/),
    },
    {
      about: 'deletes',
      run: async () => (await call('deleteApiNowTableByTableNameBySysId', { sysId })) ?? 'nothing said',
      gives: isStaff ? z.literal('nothing said') : failed(403, /./),
    },
  ];
}
