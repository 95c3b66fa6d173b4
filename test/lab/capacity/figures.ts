import type { Behaviour, Limits, UnitCosts } from './model.ts';

/** Assumed, not measured: an operator who knows their people puts their own figures here. */
export const BEHAVIOUR: Behaviour = {
  perDay: { show: 1, list: 0.5, filing: 0.1, watch: 0.05, told: 0.8, unheard: 1 },
  workingHours: 8,
  peak: 2,
  watches: 10,
  cards: 5,
  expired: 0.7,
  pollSeconds: 30,
};

/** By `npm run bench -- --only unit-cost,poll-cost,redis-cost`, medians; docs/capacity.md names the machine. */
export const UNIT_COSTS: UnitCosts = {
  deeds: {
    show: { webMs: 2.8, workerMs: 6.1, redisMs: 1.7, redisCommands: 70, serviceNow: 1, slack: {}, hourBytes: 5_100 },
    list: { webMs: 3.0, workerMs: 6.8, redisMs: 1.5, redisCommands: 70, serviceNow: 1, slack: {}, hourBytes: 5_200 },
    filing: {
      webMs: 10.9,
      workerMs: 16.9,
      redisMs: 5.1,
      redisCommands: 277,
      serviceNow: 3.1,
      slack: { 'chat.postMessage': 1, 'views.open': 1, 'views.update': 1 },
      // Without the watch and the card, which stay.
      hourBytes: 12_700,
    },
    watch: {
      webMs: 4.5,
      workerMs: 12,
      redisMs: 3.6,
      redisCommands: 165,
      serviceNow: 3,
      slack: { 'chat.postMessage': 1 },
      hourBytes: 8_100,
    },
    told: {
      webMs: 4.7,
      workerMs: 10.7,
      redisMs: 2.9,
      redisCommands: 142,
      serviceNow: 2,
      slack: { 'chat.postMessage': 1, 'chat.update': 1 },
      hourBytes: 6_600,
    },
    unheard: { webMs: 2.1, workerMs: 2.0, redisMs: 1.2, redisCommands: 65, serviceNow: 0, slack: {}, hourBytes: 4_700 },
    // A look at a ticket with an expired token, less one with a good token.
    refresh: { webMs: 0, workerMs: 2.0, redisMs: 0.2, redisCommands: 8, serviceNow: 0, slack: {}, hourBytes: 0 },
  },
  lasting: { person: 1_300, watch: 413, card: 1_040 },
  idle: { webMs: 10, workerMs: 10, redisMs: 2.8, redisCommands: 11 },
};

/** Slack's tiers are lower bounds; for posts it says only that there is a limit for the whole workspace. */
export const LIMITS: Limits = {
  slackPerMinute: { 'chat.postMessage': 300, 'chat.update': 50, 'views.open': 100, 'views.update': 100 },
  places: 4,
  serviceNowMs: 200,
};
