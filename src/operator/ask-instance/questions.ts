import { recordType, USUAL_TYPE } from '../../records/types.ts';
import { type Heard, type Row, refusalIn, rowIn, rowsIn, shownIn, storedIn, type Wire } from './wire.ts';

/** A ticket that was filed for the questions, as the instance answered to the filing. */
export type Ticket = { sysId: string; chosenId: string; correlationId: string; row: Row };

export type Asking = {
  wire: Wire;
  person: { sysId: string; userName: string };
  client: { id: string; secret: string };
  /** A new access token by the refresh grant, and the one before it. */
  renew(): Promise<{ before: string; after: string }>;
  /** Where none could be filed, the questions about it stay open. */
  ticket: Ticket | undefined;
};

export type Answer = {
  found: string;
  /** False where the instance does other than the usual one; the bridge bears it, unless there is advice. */
  asAssumed: boolean;
  /** What an operator or the instance's administrator should do about it. */
  advice?: string;
};

const USUAL = recordType(USUAL_TYPE);

type Question = { name: string; assumed: string; ask(asking: Asking): Promise<Answer> };

const asAssumed = (found: string): Answer => ({ found, asAssumed: true });
const differs = (found: string, advice?: string): Answer => ({
  found,
  asAssumed: false,
  ...(advice ? { advice } : {}),
});

const TABLE = '/api/now/table';
const noTicket = differs('not asked: no ticket could be filed', 'Let the person have the right to file incidents.');

/** Nobody can know of an instance beforehand how it answers these; `docs/servicenow-setup.md` says why each matters. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'Whose token is it?',
    assumed: '/api/now/ui/user/current_user answers',
    async ask({ wire, person }) {
      const heard = await wire.ask('/api/now/ui/user/current_user');
      if (heard.status !== 200) return differs(`closed: ${refusalIn(heard)}`);
      const named = storedIn(rowIn(heard), 'user_sys_id');
      return named === person.sysId ? asAssumed('answers') : differs(`names another user: ${named || 'nobody'}`);
    },
  },
  {
    name: 'May people read their own user record?',
    assumed: 'one row, with active and email',
    async ask({ wire, person }) {
      const heard = await wire.ask(`${TABLE}/sys_user`, {
        query: {
          sysparm_query: 'sys_id=javascript:gs.getUserID()',
          sysparm_fields: 'sys_id,user_name,name,email,active',
          sysparm_limit: '2',
        },
      });
      const rows = rowsIn(heard);
      if (!rows) return differs(`refused: ${refusalIn(heard)}`, READ_OWN_USER);
      const [row] = rows;
      if (rows.length !== 1 || storedIn(row, 'sys_id') !== person.sysId)
        return differs(`${rows.length} rows, not the person's own alone`, READ_OWN_USER);
      const hidden = ['email', 'active'].filter((column) => !storedIn(row, column));
      return hidden.length === 0
        ? asAssumed('one row, with active and email')
        : differs(`one row, without ${hidden.join(' and ')}`, READ_OWN_USER);
    },
  },
  {
    name: 'May people look for others by user name?',
    assumed: 'allowed',
    async ask({ wire, person }) {
      const heard = await wire.ask(`${TABLE}/sys_user`, {
        query: { sysparm_query: `user_name=${person.userName}`, sysparm_fields: 'sys_id', sysparm_limit: '2' },
      });
      const rows = rowsIn(heard);
      if (!rows) return differs(`refused: ${refusalIn(heard)}`);
      return rows.length === 1 ? asAssumed('allowed') : differs(`${rows.length} rows for one user name`);
    },
  },
  {
    name: 'How does the token endpoint refuse?',
    assumed: '401 with a JSON body alone',
    async ask({ wire, client }) {
      const heard = await wire.ask('/oauth_token.do', {
        method: 'POST',
        anonymous: true,
        form: {
          grant_type: 'refresh_token',
          refresh_token: MADE_UP,
          client_id: client.id,
          client_secret: client.secret,
        },
      });
      const hasError = typeof heard.json === 'object' && heard.json !== null && 'error' in heard.json;
      const challenge = heard.headers.has('www-authenticate') ? ' and WWW-Authenticate' : '';
      const found = `${heard.status}${hasError ? ' with a JSON body' : ' without an error member'}${challenge}`;
      if (!hasError)
        return differs(found, 'People whose access has ended are not asked to connect again: tell the developers.');
      return heard.status === 401 && !challenge ? asAssumed(`${found} alone`) : differs(found);
    },
  },
  {
    name: 'How is a token revoked?',
    assumed: 'by POST',
    async ask({ wire, client }) {
      const form = { token: MADE_UP, client_id: client.id, client_secret: client.secret };
      const posted = await wire.ask(REVOKE, { method: 'POST', anonymous: true, form });
      if (posted.status === 200) return asAssumed('by POST');
      const got = await wire.ask(REVOKE, { anonymous: true, query: { token: MADE_UP } });
      if (got.status === 200) return differs(`by GET only; POST is answered with ${posted.status}`);
      return differs(
        `neither by POST (${posted.status}) nor by GET (${got.status})`,
        'After /snow disconnect the access lives on until it ends: people should revoke it under My Connected Apps.',
      );
    },
  },
  {
    name: 'Does a new grant give a new token?',
    assumed: 'a new access token',
    async ask({ renew }) {
      const { before, after } = await renew();
      return before === after ? differs('the same live token again') : asAssumed('a new access token');
    },
  },
  {
    name: 'May the caller choose the sys_id?',
    assumed: 'it is kept, and a second one is refused',
    async ask({ wire, ticket, person }) {
      if (!ticket) return noTicket;
      if (ticket.sysId !== ticket.chosenId) return differs('it is ignored; correlation_id keeps filing exactly once');
      const again = await wire.ask(`${TABLE}/${USUAL.table}`, {
        method: 'POST',
        json: { sys_id: ticket.chosenId, short_description: TITLE, caller_id: person.sysId },
      });
      const second = storedIn(rowIn(again), 'sys_id');
      if (again.status === 201 && second && second !== ticket.chosenId) {
        await cancel(wire, second);
        return differs('it is kept, but a second filing with it makes another record (which was cancelled)');
      }
      if (again.status < 400) return differs(`it is kept; a second filing with it is answered with ${again.status}`);
      return again.status < 500
        ? asAssumed(`it is kept, and a second one is refused: ${again.status}`)
        : differs(`it is kept; a second one is answered with ${again.status}`);
    },
  },
  {
    name: 'May people look for a ticket by correlation_id?',
    assumed: 'allowed',
    async ask({ wire, ticket }) {
      if (!ticket) return noTicket;
      const heard = await wire.ask(`${TABLE}/${USUAL.table}`, {
        query: {
          sysparm_query: `correlation_id=${ticket.correlationId}`,
          sysparm_fields: 'sys_id',
          sysparm_limit: '2',
        },
      });
      const rows = rowsIn(heard);
      const advice =
        ticket.sysId === ticket.chosenId
          ? undefined
          : 'With neither a chosen sys_id nor correlation_id a retry cannot see what was filed: allow one of the two.';
      if (!rows) return differs(`refused: ${refusalIn(heard)}`, advice);
      return rows.length === 1 && storedIn(rows[0], 'sys_id') === ticket.sysId
        ? asAssumed('allowed')
        : differs('the condition was ignored, or the ticket is not found by it', advice);
    },
  },
  {
    name: 'In which zone are dates in queries read?',
    assumed: 'UTC, and relative conditions work',
    async ask({ wire, ticket }) {
      if (!ticket) return noTicket;
      const found = async (condition: string): Promise<number | undefined> =>
        rowsIn(
          await wire.ask(`${TABLE}/${USUAL.table}`, {
            query: {
              sysparm_query: `sys_id=${ticket.sysId}^${condition}`,
              sysparm_fields: 'sys_id',
              sysparm_limit: '2',
            },
          }),
        )?.length;
      const isRelative =
        (await found('sys_created_onRELATIVEGE@minute@ago@30')) === 1 &&
        (await found('sys_created_onRELATIVELT@minute@ago@30')) === 0;
      if (!isRelative)
        return differs(
          'relative conditions do not work',
          'Polling may miss changes: turn on pushes, and tell the developers.',
        );
      const created = storedIn(ticket.row, 'sys_created_on');
      if ((await found(`sys_created_on>=${created}^sys_created_on<=${created}`)) !== 1)
        return differs('in the zone of the person who asks, or not as it is stored');
      const clock = /\d{1,2}:\d{2}/.exec(created)?.[0] ?? '';
      return shownIn(ticket.row, 'sys_created_on').includes(clock)
        ? asAssumed('UTC or the zone of this person, which is the same clock; relative conditions work')
        : asAssumed('UTC, and relative conditions work');
    },
  },
  {
    name: 'Does the answer to a comment show it?',
    assumed: 'it does, below `time - name (label)`, and the count grows by one',
    async ask({ wire, ticket }) {
      if (!ticket) return noTicket;
      const path = `${TABLE}/${USUAL.table}/${ticket.sysId}`;
      const query = { sysparm_display_value: 'all', sysparm_fields: 'sys_id,comments,sys_mod_count' };
      const before = rowIn(await wire.ask(path, { query }));
      const written = await wire.ask(path, { method: 'PATCH', query, json: { comments: COMMENT } });
      if (written.status !== 200) return differs(`a comment is refused: ${refusalIn(written)}`, 'Let callers comment.');
      const inAnswer = shownIn(rowIn(written), 'comments').includes(COMMENT);
      const after = rowIn(await wire.ask(path, { query }));
      const journal = shownIn(after, 'comments');
      if (!journal.includes(COMMENT))
        return differs('the comment cannot be read back', 'Let people read the comments of their own tickets.');
      const grown = Number(storedIn(after, 'sys_mod_count')) - Number(storedIn(before, 'sys_mod_count'));
      const header = (journal.split(/\r?\n/, 1)[0] ?? '').slice(0, LONGEST_HEADER);
      const odd = [
        ...(inAnswer ? [] : ['only a second look shows it']),
        ...(USUAL_HEADER.test(header) ? [] : ['the line above it has another form']),
        ...(grown === 1 ? [] : [`the count grows by ${grown}`]),
      ];
      return odd.length === 0 ? asAssumed('it does') : differs(odd.join('; '));
    },
  },
  {
    name: 'How does a list answer?',
    assumed: 'with X-Total-Count, strings, and without a condition that it does not know',
    async ask({ wire, ticket }) {
      const heard = await wire.ask(`${TABLE}/${USUAL.table}`, {
        query: {
          sysparm_query: 'no_such_column_anywhere=1',
          sysparm_fields: 'sys_id,state,active',
          sysparm_limit: '1',
        },
      });
      const rows = rowsIn(heard);
      // Where the unknown condition is refused or fits nothing, the count and the values are those of a plain list.
      const plain = rows?.length ? heard : await plainList(wire, ticket);
      const [row] = rowsIn(plain) ?? [];
      const odd = [
        ...(plain.headers.has('x-total-count') ? [] : ['without X-Total-Count']),
        ...(row && Object.values(row).some((value) => typeof value !== 'string')
          ? ['with values that are no strings']
          : []),
        ...(rows === undefined ? [`an unknown condition is refused: ${refusalIn(heard)}`] : []),
        ...(rows?.length === 0 ? ['an unknown condition fits nothing'] : []),
      ];
      return odd.length === 0 ? asAssumed('as assumed') : differs(odd.join('; '));
    },
  },
  {
    name: 'Are choice lists and files there?',
    assumed: 'categories of incident in English, and the Attachment API is open',
    async ask({ wire, ticket }) {
      const choices = await wire.ask(`${TABLE}/sys_choice`, {
        query: {
          sysparm_query: `name=${USUAL.table}^element=category^language=en^inactive=false`,
          sysparm_fields: 'value,label',
          sysparm_limit: '200',
        },
      });
      const count = rowsIn(choices)?.length;
      const files =
        ticket &&
        (await wire.ask('/api/now/attachment', {
          query: { sysparm_query: `table_name=${USUAL.table}^table_sys_id=${ticket.sysId}`, sysparm_limit: '1' },
        }));
      const odd = [
        ...(count === undefined ? [`choice lists are refused: ${refusalIn(choices)}`] : []),
        ...(count === 0 ? ['categories are not on incident in English'] : []),
        ...(count !== undefined && count > 100 ? [`${count} categories`] : []),
        ...(files && files.status !== 200 ? [`the Attachment API is closed: ${refusalIn(files)}`] : []),
      ];
      return odd.length === 0 ? asAssumed(`${count} categories; files can be listed`) : differs(odd.join('; '));
    },
  },
];

const MADE_UP = 'made-up-by-the-bridge-to-see-a-refusal';
const REVOKE = '/oauth_revoke_token.do';
const COMMENT = 'A question of the Slack bridge to this instance.';
const LONGEST_HEADER = 200;
const USUAL_HEADER = /^.*\d{1,2}[:.]\d{2}.* - .+ \([^()]+\)$/;
const READ_OWN_USER = 'Let people read their own sys_user record with name, user name, e-mail and active.';
export const TITLE = 'Question of the Slack bridge: please ignore';
const CANCELED = USUAL.verbs.cancel?.sets['state'];

const plainList = (wire: Wire, ticket: Ticket | undefined): Promise<Heard> =>
  wire.ask(`${TABLE}/${USUAL.table}`, {
    query: {
      ...(ticket ? { sysparm_query: `sys_id=${ticket.sysId}` } : {}),
      sysparm_fields: 'sys_id,state,active',
      sysparm_limit: '1',
    },
  });

const AS_BOTH = { sysparm_display_value: 'all', sysparm_exclude_reference_link: 'true' };

/** Files the one ticket that the questions need. @returns undefined where that is refused */
export async function fileTicket(wire: Wire, person: Asking['person'], chosenId: string): Promise<Ticket | undefined> {
  const correlationId = `slack-bridge-question-${chosenId}`;
  const heard = await wire.ask(`${TABLE}/${USUAL.table}`, {
    method: 'POST',
    query: AS_BOTH,
    json: {
      sys_id: chosenId,
      short_description: TITLE,
      caller_id: person.sysId,
      correlation_id: correlationId,
    },
  });
  // A 403 may come although the record was made, where the caller may not read it back.
  const row = rowIn(heard) ?? rowIn(await wire.ask(`${TABLE}/${USUAL.table}/${chosenId}`, { query: AS_BOTH }));
  const sysId = storedIn(row, 'sys_id');
  return row && sysId ? { sysId, chosenId, correlationId, row } : undefined;
}

/** @returns true where the ticket is canceled now */
export async function cancel(wire: Wire, sysId: string): Promise<boolean> {
  const path = `${TABLE}/${USUAL.table}/${sysId}`;
  await wire.ask(path, { method: 'PATCH', json: { state: CANCELED } });
  return storedIn(rowIn(await wire.ask(path, { query: { sysparm_fields: 'state' } })), 'state') === CANCELED;
}
