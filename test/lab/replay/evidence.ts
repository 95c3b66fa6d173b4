import type { CrowdName } from '../../sandbox/crowd.ts';
import type { Person, Row, ServiceNow } from '../../sandbox/servicenow/server.ts';
import type { Slack } from '../../sandbox/slack/server.ts';
import { wordsOf } from '../../support/words-of.ts';
import { WORD } from './cast.ts';
import type { History, Posted, Step, Watcher } from './reckoning.ts';

/** Writes down each version of each incident while it is the newest. */
export function recordHistory(serviceNow: ServiceNow): { histories: Map<string, History>; stop: () => void } {
  const histories = new Map<string, History>();
  const { db } = serviceNow;
  const labels = new Map<string, string>();
  for (const table of ['task', 'incident'])
    for (const row of db.rows('sys_choice').filter((each) => each['name'] === table))
      labels.set(`${row['element']}/${row['value']}`, row['label'] ?? '');
  const choice = (row: Row, field: string) => labels.get(`${field}/${row[field]}`) ?? row[field] ?? '';
  const name = (table: string, sysId: string | undefined) => (sysId ? (db.get(table, sysId)?.['name'] ?? '') : '');
  const written = new Map<string, number>();
  const stop = serviceNow.onChange(({ table, sysId, operation }) => {
    const row = table === 'incident' && operation !== 'delete' ? db.get('incident', sysId) : undefined;
    if (!row) return;
    const journal = serviceNow.journal(sysId);
    const fresh = journal.slice(written.get(sysId) ?? 0);
    written.set(sysId, journal.length);
    const step: Step = {
      modCount: Number(row['sys_mod_count']),
      at: Date.now(),
      by: row['sys_updated_by'] ?? '',
      shown: {
        state: choice(row, 'state'),
        priority: choice(row, 'priority'),
        assigned_to: name('sys_user', row['assigned_to']),
        assignment_group: name('sys_user_group', row['assignment_group']),
        hold_reason: choice(row, 'hold_reason'),
        close_code: row['close_code'] ?? '',
        close_notes: row['close_notes'] ?? '',
      },
      callerId: row['caller_id'] ?? '',
      assignedTo: row['assigned_to'] ?? '',
      words: fresh.flatMap(({ element, value }) =>
        (value.match(WORD) ?? []).map((word) => ({ word, internal: element === 'work_notes' })),
      ),
    };
    const history = histories.get(sysId) ?? { sysId, number: row['number'] ?? '', steps: [] };
    history.steps.push(step);
    histories.set(sysId, history);
  });
  return { histories, stop };
}

export const watcherOf = ({ userName, sysId, roles }: Person): Watcher => ({
  name: userName,
  userName,
  sysId,
  staff: roles.includes('itil'),
});

/** What the bridge has said to each of them by DM. */
export function collectPosted(slack: Slack, watchers: Watcher[]): Posted[] {
  const firstTexts = new Map<string, string>();
  for (const { method, args, ok } of slack.calls)
    if (method === 'chat.postMessage' && ok) {
      const key = keyOf(args['metadata']);
      if (key && !firstTexts.has(key)) firstTexts.set(key, String(args['text']));
    }
  return watchers.flatMap((watcher) =>
    slack
      .person(watcher.name as CrowdName)
      .dm()
      .messages.filter(({ metadata }) => metadata !== undefined)
      .map((message): Posted => {
        const key = keyOf(message.metadata);
        return {
          watcher: watcher.name,
          ts: message.ts,
          threadTs: message.threadTs,
          key,
          lines: message.blocks.map((block) => wordsOf(block, '')),
          text: message.text,
          firstText: firstTexts.get(key) ?? message.text,
        };
      }),
  );
}

function keyOf(metadata: unknown): string {
  const { event_payload: payload } = (metadata ?? {}) as { event_payload?: { key?: unknown } };
  return typeof payload?.key === 'string' ? payload.key : '';
}
