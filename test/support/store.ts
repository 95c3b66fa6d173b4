import { parseConfig } from '../../src/config.ts';
import { keysOf, type Person, queuePrefix } from '../../src/redis/keys.ts';
import type { PersonName } from '../sandbox/slack/server.ts';
import type { Flow } from './flow.ts';

type Around = Pick<Flow, 'slack' | 'serviceNow'>;

const hostOf = ({ serviceNow }: Around) => new URL(serviceNow.url).host;

/** The instances as the bridge with this environment names them. */
export const instancesOf = ({ env }: Pick<Flow, 'env'>) => parseConfig(env).instances.map(({ name }) => name);
export const instanceOf = ({ env }: Pick<Flow, 'env'>): string => parseConfig(env).instances[0].name;
export const prefixOf = (flow: Pick<Flow, 'env'>, queue: string): string => queuePrefix(queue, instanceOf(flow));

/** Somebody as the bridge names them. */
export const personOf = (flow: Around, name: PersonName): Person => ({
  tenant: flow.slack.team.id,
  team: flow.slack.team.id,
  user: flow.slack.person(name).id,
});

/** The keys of its instance. */
export const keysIn = (flow: Around) => keysOf(hostOf(flow));

export const linkKey = (flow: Around, name: PersonName): string => keysIn(flow).link(personOf(flow, name));
export const waitingKey = (flow: Around, name: PersonName): string => keysIn(flow).waiting(personOf(flow, name));
export const choicesKey = (flow: Around): string => keysIn(flow).choices('incident');
