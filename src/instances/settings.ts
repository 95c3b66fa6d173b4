/** One ServiceNow instance that this bridge serves, and how it is reached. */
export type InstanceSettings = {
  /** What people type in front of a command. It may be changed: nothing is stored under it. */
  alias: string;
  /** Its host. Everything that is stored names the instance by it. */
  name: string;
  /** Origin only, no slash at the end. */
  url: string;
  clientId: string;
  clientSecret: string;
  /** Any of them opens a push; none: pushes are off. */
  webhookSecrets: string[];
  /** Meant where nothing says another one: by a person, a place, or an old button. */
  isDefault: boolean;
  /** Workspaces or organisations, and channels, in which it is meant instead of the default one. */
  workspaces: string[];
  channels: string[];
};

/** All that this bridge serves; exactly one of them is the default. */
export type InstanceList = readonly [InstanceSettings, ...InstanceSettings[]];

/** The alias of the only one that there is, which nobody types. */
export const ONLY_ALIAS = 'default';

type Place = {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  channelId?: string | undefined;
  /** As somebody typed it; it beats every place. */
  alias?: string | undefined;
};

export const defaultOf = (all: InstanceList): InstanceSettings => all.find(({ isDefault }) => isDefault) ?? all[0];

/** Pure: which one is meant. Undefined where an alias is none. */
export function instanceFor(
  all: InstanceList,
  { teamId, enterpriseId, channelId, alias }: Place,
): InstanceSettings | undefined {
  if (alias !== undefined) return all.find((each) => each.alias === alias);
  const serves = (ids: 'workspaces' | 'channels', id: string | undefined) =>
    all.find((each) => id !== undefined && each[ids].includes(id));
  return (
    serves('channels', channelId) ??
    serves('workspaces', teamId) ??
    serves('workspaces', enterpriseId) ??
    defaultOf(all)
  );
}
