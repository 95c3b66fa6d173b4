import { homeView } from '../blocks/views/home.ts';
import { BridgeError, LinkRequiredError } from '../errors.ts';
import { latestOwn } from '../operations/list/run.ts';
import type { Person } from '../redis/keys.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext } from './define.ts';

/** Draws the App Home tab. A silent ServiceNow leaves a gap in it, not an empty tab. */
export const publishHome: ProcessorOf<'publish-home'> = {
  process: async ({ person }, context) => {
    const { sentences } = await context.untold.read(person);
    const t = await context.wordsFor(person);
    await context.messenger.publishHome(person, homeView({ ...(await parts(person, context)), untold: sentences }, t));
  },
  onGiveUp: async (_payload, error, { log }) => log.warn({ err: error }, 'home tab not drawn'),
};

async function parts(
  person: Person,
  { links, desk, instance, instanceUrl, log }: JobContext,
): Promise<Parameters<typeof homeView>[0]> {
  const link = await links.find(person);
  if (!link) return { link: 'none' };
  if (link.status === 'broken') return { link: 'broken' };
  const account = { name: link.user.name, userName: link.user.userName, instance };
  try {
    return { link: 'linked', account, tickets: await latestOwn(desk(person), link.user.sysId, instanceUrl) };
  } catch (error) {
    if (error instanceof LinkRequiredError) return { link: error.reason === 'none' ? 'none' : 'broken' };
    if (!(error instanceof BridgeError)) throw error;
    log.warn({ err: error }, 'home tab without tickets');
    return { link: 'linked', account, tickets: undefined };
  }
}
