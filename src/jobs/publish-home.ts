import { type HomeSection, homeView } from '../blocks/views/home.ts';
import { BridgeError, LinkRequiredError, UnavailableError } from '../errors.ts';
import { latestOwn } from '../operations/list/run.ts';
import type { Person } from '../redis/keys.ts';
import { withinTime } from '../within-time.ts';
import type { ProcessorOf } from './catalogue.ts';
import type { JobContext, Neighbour } from './define.ts';

type Uses = Pick<JobContext, 'log' | 'messenger' | 'neighbours' | 'untold' | 'wordsFor'>;

/** One instance that is slow keeps nobody from seeing what the others have. */
const SECTION_MS = 5_000;

/** Draws the App Home tab, with a section for each instance. A silent ServiceNow leaves a gap in it, not an empty tab. */
export const publishHome: ProcessorOf<'publish-home'> = {
  process: async ({ person }, context: Uses) => {
    const { neighbours, log } = context;
    const { sentences: untold } = await context.untold.read(person);
    const sections = await Promise.all(
      neighbours.map(async (each) => ({
        ...(await section(person, each, neighbours.length > 1 ? SECTION_MS : undefined, log)),
        ...(neighbours.length > 1
          ? { among: { alias: each.alias, instance: each.instance, mark: each.mark.blocks } }
          : {}),
      })),
    );
    const t = await context.wordsFor(person);
    await context.messenger.publishHome(person, homeView({ sections: shown(sections), untold }, t));
  },
  onGiveUp: async (_payload, error, { log }: Uses) => log.warn({ err: error }, 'home tab not drawn'),
};

/** Those who are connected first. Who is connected nowhere is offered the default one, which is the first. */
function shown(sections: HomeSection[]): HomeSection[] {
  const [first] = sections;
  const used = sections.filter(({ link }) => link !== 'none');
  return used.length > 0 || !first ? used : [first];
}

async function section(
  person: Person,
  { links, desk, instance, instanceUrl }: Neighbour,
  limitMs: number | undefined,
  log: Uses['log'],
): Promise<HomeSection> {
  const link = await links.find(person);
  if (!link) return { link: 'none' };
  if (link.status === 'broken') return { link: 'broken' };
  const account = { name: link.user.name, userName: link.user.userName, instance };
  try {
    const reading = latestOwn(desk(person), link.user.sysId, instanceUrl);
    return { link: 'linked', account, tickets: await (limitMs ? withinTime(limitMs, reading, tooSlow) : reading) };
  } catch (error) {
    if (error instanceof LinkRequiredError) return { link: error.reason === 'none' ? 'none' : 'broken' };
    if (!(error instanceof BridgeError)) throw error;
    log.warn({ err: error }, 'home tab without tickets');
    return { link: 'linked', account, tickets: undefined };
  }
}

const tooSlow = () => new UnavailableError('servicenow-unavailable', 'no answer in time for the home tab');
