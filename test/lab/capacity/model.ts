/**
 * The arithmetic behind docs/capacity.md: what people do, and what each deed costs, gives what a fleet needs. Pure; whoever
 * has other people or another machine puts other figures in.
 */

/** What people do, or what is done to them. */
export const DEEDS = ['show', 'list', 'filing', 'watch', 'told', 'unheard', 'refresh'] as const;
export type Deed = (typeof DEEDS)[number];

/** Slack's methods that are counted for each workspace. */
export const METHODS = ['chat.postMessage', 'chat.update', 'views.open', 'views.update'] as const;
export type Method = (typeof METHODS)[number];

/** Of one deed. Processor times in ms, memory in bytes. */
type Cost = {
  webMs: number;
  workerMs: number;
  redisMs: number;
  redisCommands: number;
  serviceNow: number;
  slack: Partial<Record<Method, number>>;
  /** Finished jobs stay for an hour; what stays for good is counted with the people. */
  hourBytes: number;
};

export type Behaviour = {
  /** Of one person on one working day. */
  perDay: Record<Exclude<Deed, 'refresh'>, number>;
  workingHours: number;
  /** The busiest hour against the average one. */
  peak: number;
  watches: number;
  /** Watched tickets that have changed at least once, or were filed here. */
  cards: number;
  /** Of what is read as a person, so much begins with a refresh: their last token is older than half an hour. */
  expired: number;
  pollSeconds: number;
};

/** Memory that stays, in bytes: of a linked person, a watch, a card. */
type Lasting = { person: number; watch: number; card: number };

/** What a process costs that has nothing to do, a second; the commands are a worker's. */
type Idle = { webMs: number; workerMs: number; redisMs: number; redisCommands: number };

export type UnitCosts = { deeds: Record<Deed, Cost>; lasting: Lasting; idle: Idle };

export type Need = {
  /** Deeds a second in the busiest hour. */
  rates: Record<Deed, number>;
  /** Processor cores that are busy. */
  web: number;
  worker: number;
  redis: number;
  redisCommands: number;
  /** Requests to the Table API and its like; refreshes of tokens come on top, and take no place. */
  serviceNow: number;
  slackPerMinute: Record<Method, number>;
  lastingBytes: number;
  hourBytes: number;
};

/** Deeds for which a record is read as the person. */
const AS_PERSON = ['show', 'list', 'filing', 'watch', 'told'] as const;
const POLL_TABLES = 3;
const POLL_WINDOW = 1_000;
const OVERLAP_SECONDS = 60;
/** A question reaches back in whole minutes, with some to spare. */
const SPARE_MINUTES = 2;

export function ratesOf(people: number, { perDay, workingHours, peak, expired }: Behaviour): Record<Deed, number> {
  const perSecond = (perDayAndPerson: number) => (people * perDayAndPerson * peak) / (workingHours * 3600);
  const asPerson = AS_PERSON.reduce((sum, deed) => sum + perDay[deed], 0);
  const { show, list, filing, watch, told, unheard } = perDay;
  return {
    show: perSecond(show),
    list: perSecond(list),
    filing: perSecond(filing),
    watch: perSecond(watch),
    told: perSecond(told),
    unheard: perSecond(unheard),
    refresh: perSecond(asPerson * expired),
  };
}

/** With a service identity: three questions; where one window does not hold all, others follow, half a window further each. */
export function pollRequestsPerSecond(changesPerSecond: number, pollSeconds: number): number {
  const minutes = Math.ceil((pollSeconds + OVERLAP_SECONDS) / 60) + SPARE_MINUTES;
  const left = changesPerSecond * minutes * 60 - POLL_WINDOW;
  return (POLL_TABLES + Math.max(0, Math.ceil(left / (POLL_WINDOW / 2)))) / pollSeconds;
}

export function needOf(
  rates: Record<Deed, number>,
  people: number,
  { watches, cards, pollSeconds }: Pick<Behaviour, 'watches' | 'cards' | 'pollSeconds'>,
  { deeds, lasting, idle }: UnitCosts,
  processes: { web: number; worker: number; redis: number } = { web: 0, worker: 0, redis: 0 },
): Need {
  const sum = (of: (cost: Cost) => number) => DEEDS.reduce((total, deed) => total + rates[deed] * of(deeds[deed]), 0);
  const slack = (method: Method) => 60 * sum((cost) => cost.slack[method] ?? 0);
  return {
    rates,
    web: (sum(({ webMs }) => webMs) + processes.web * idle.webMs) / 1000,
    worker: (sum(({ workerMs }) => workerMs) + processes.worker * idle.workerMs) / 1000,
    redis: (sum(({ redisMs }) => redisMs) + processes.redis * idle.redisMs) / 1000,
    redisCommands: sum(({ redisCommands }) => redisCommands) + processes.worker * idle.redisCommands,
    serviceNow:
      sum(({ serviceNow }) => serviceNow) +
      pollRequestsPerSecond(rates.told + rates.unheard + rates.filing, pollSeconds),
    slackPerMinute: {
      'chat.postMessage': slack('chat.postMessage'),
      'chat.update': slack('chat.update'),
      'views.open': slack('views.open'),
      'views.update': slack('views.update'),
    },
    lastingBytes: people * (lasting.person + watches * lasting.watch + cards * lasting.card),
    hourBytes: 3600 * sum(({ hourBytes }) => hourBytes),
  };
}

/** A process is planned to be half busy, so that it can take another's work; and there are two of each. */
export const processesFor = (cores: number): number => Math.max(2, Math.ceil(cores / 0.5));

export type Limits = {
  /** Calls a minute and workspace that Slack lets through for certain. */
  slackPerMinute: Record<Method, number>;
  /** Requests at a time to one instance, and how long each takes there. */
  places: number;
  serviceNowMs: number;
};

export type Limit = { name: string; people: number };

/** With how many people each limit is met, the first one first, if all share one workspace, instance and Redis. */
export function limitsMet(behaviour: Behaviour, units: UnitCosts, limits: Limits): Limit[] {
  const sample = 1_000_000;
  const { slackPerMinute, serviceNow, redis } = needOf(ratesOf(sample, behaviour), sample, behaviour, units);
  return [
    ...METHODS.map((method) => ({
      name: method,
      people: (sample * limits.slackPerMinute[method]) / slackPerMinute[method],
    })),
    { name: 'places at the instance', people: (sample * limits.places * 1000) / limits.serviceNowMs / serviceNow },
    { name: 'one core of Redis', people: sample / redis },
  ].sort((one, other) => one.people - other.people);
}
