import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Moods } from './moods.ts';
import type { Sessions } from './sessions.ts';
import type { TokenStore } from './token-store.ts';
import type { RecordedRequest, User } from './types.ts';

/** Everything that one simulated instance consists of; handlers receive it as their first argument. */
export type Instance = {
  url: string;
  clientId: string;
  clientSecret: string;
  appName: string;
  redirectUris: string[];
  settings: Settings;
  now: () => number;
  db: Database;
  tokens: TokenStore;
  sessions: Sessions;
  faults: Faults;
  /** The bytes behind `sys_attachment` records. */
  files: Map<string, Buffer>;
  passwords: Map<string, string>;
  /** Whose API session a returned cookie joins, by `JSESSIONID`. */
  joined: Map<string, string>;
  requests: RecordedRequest[];
  violations: string[];
};

export type Settings = Moods & {
  latencyMs: number | (() => number);
  /** REST transactions at once, and how many more wait for one of them. */
  transactions: number;
  transactionQueue: number;
  /** Clients that send more at once are impolite. */
  mostAtOnce: number;
  /** user_name that the client_credentials grant acts as; without one the grant is refused. */
  clientCredentialsUser?: string;
  maxAttachmentBytes: number;
  blockedExtensions: string[];
};

/** The person behind a sys_id as reader and writer, if the account may be used at all. */
export function userOf(instance: Instance, sysId: string): User | undefined {
  const row = instance.db.get('sys_user', sysId);
  if (row?.['active'] !== 'true' || row['locked_out'] === 'true') return undefined;
  const roleIds = instance.db
    .rows('sys_user_has_role')
    .filter((entry) => entry['user'] === sysId)
    .map((entry) => instance.db.get('sys_user_role', entry['role'] ?? '')?.['name'] ?? '');
  return {
    sysId,
    userName: row['user_name'] ?? '',
    name: row['name'] ?? '',
    roles: new Set(roleIds),
    timeZone: row['time_zone'] || 'UTC',
    dateFormat: row['date_format'] || 'yyyy-MM-dd',
  };
}
