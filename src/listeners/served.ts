import { isAbout, readMark } from '../instances/mark.ts';
import { type InstanceList, instanceFor } from '../instances/settings.ts';
import { type Parse, parseAddressed } from '../operations/parse.ts';
import type { Person } from '../redis/keys.ts';
import type { Services } from './services.ts';

/** The services of each instance, and which of them is meant. */
export function createServed(list: InstanceList, all: readonly [Services, ...Services[]]) {
  const named = (name: string | undefined): Services => all.find(({ instance }) => instance === name) ?? all[0];
  const main = named(list.find(({ isDefault }) => isDefault)?.name);
  const aliases = list.length > 1 ? list.map(({ alias }) => alias) : [];
  const at = ({ team, tenant }: Person, channel?: string, alias?: string): Services =>
    named(instanceFor(list, { teamId: team, enterpriseId: tenant, channelId: channel, alias })?.name);
  return {
    all,
    main,
    /** Where nothing says another one: the place decides. */
    at: (person: Person, channel?: string): Services => at(person, channel),
    /** What somebody typed; an alias in it beats the place. @param prefix as `parseCommand` takes it */
    typed(person: Person, channel: string, text: string, prefix?: string): { services: Services; parse: Parse } {
      const { alias, parse } = parseAddressed(text, aliases, prefix);
      return { services: at(person, channel, alias), parse };
    },
    /** Whose mark a text bears that Slack has brought back. Undefined for an instance that is served no more. */
    marked(marked: string): { services: Services | undefined; text: string } {
      const { mark, text } = readMark(marked);
      return { services: mark === undefined ? main : all.find(({ instance }) => isAbout(instance, mark)), text };
    },
  };
}

export type Served = ReturnType<typeof createServed>;
