import type { RedisClient } from '../redis/connection.ts';
import { TTL } from '../redis/keys.ts';
import { START } from './bound.ts';

/** Places of the fleet that nobody renews for so long are free again: their process is dead. */
const LEASE_MS = 15_000;

/**
 * KEYS: a hash with `bound`, `version`, and for each process `end of its lease:places:of them for background:wanted:of them
 * for background`. ARGV: now, end of the lease, life of the hash, process, used, of them background, wanted, of them
 * background, maximum, the version that a proposal is about (or -1), the proposed bound.
 *
 * Each process gets its share of what all want, in proportion. A quarter of the places is never used by the background, which
 * leaves as many more as persons want, all but one. Where there are more processes than places, those who had one pass it on.
 * Returns: bound, version, places, of them for background, and whether more is wanted than there is.
 */
const TURN = `
local arg = {}
for i, value in ipairs(ARGV) do arg[i] = i == 4 and value or tonumber(value) end
local now, me, used, usedBack, wants, wantsBack, maximum = arg[1], arg[4], arg[5], arg[6], arg[7], arg[8], arg[9]
local bound, version = ${START}, 0
local had, hadBack, taken, takenBack, all, allBack = 0, 0, 0, 0, wants - wantsBack, wantsBack
local hungry, hungryBack = false, false
local stored = redis.call('hgetall', KEYS[1])
for i = 1, #stored, 2 do
  local name, value = stored[i], stored[i + 1]
  if name == 'bound' then bound = tonumber(value)
  elseif name == 'version' then version = tonumber(value)
  else
    local ends, p, b, w, wb = string.match(value, '^(%d+):(%d+):(%d+):(%d+):(%d+)$')
    p, b, w, wb = tonumber(p), tonumber(b), tonumber(w), tonumber(wb)
    if name == me then had, hadBack = p, b
    elseif tonumber(ends) <= now then redis.call('hdel', KEYS[1], name)
    else
      taken, takenBack, all, allBack = taken + p, takenBack + b, all + w - wb, allBack + wb
      if w > wb and p == 0 then hungry = true end
      if wb > 0 and b == 0 then hungryBack = true end
    end
  end
end
if arg[10] == version then bound, version = arg[11], version + 1 end
bound = math.max(1, math.min(bound, maximum))
redis.call('hset', KEYS[1], 'bound', bound, 'version', version)
redis.call('expire', KEYS[1], arg[3])

local kept = bound > 1 and math.ceil(bound / 4) or 0
local roomBack = math.min(bound - kept, math.max(bound - all, bound >= 4 and 1 or 0))
local room = bound - math.min(allBack, roomBack)
local function share(mine, every, places)
  if every <= places then return mine end
  return math.ceil(places * mine / every)
end
local shareBack = share(wantsBack, allBack, roomBack)
local shareOfRest = share(wants - wantsBack, all, room)
if hungryBack and hadBack > 0 and shareBack <= 1 then shareBack = 0 end
if hungry and had > 0 and shareOfRest <= 1 then shareOfRest = 0 end
local back = math.max(0, math.min(shareBack, roomBack - takenBack))
local places = math.max(0, math.min(shareOfRest + back, bound - taken))
back = math.min(back, places)
local held, heldBack = math.max(used, places), math.max(usedBack, back)
if held == 0 and wants == 0 then redis.call('hdel', KEYS[1], me)
else redis.call('hset', KEYS[1], me, string.format('%s:%d:%d:%d:%d', ARGV[2], held, heldBack, wants, wantsBack)) end
return {bound, version, places, back, all + allBack > bound and 1 or 0}`;

/** Of places; so many of them may be used, or are used, or are wanted, for work that nobody waits for. */
export type Count = { all: number; background: number };

export type Lease = {
  bound: number;
  /** Which bound that is: a proposal to change it counts only as long as nobody else has changed it. */
  version: number;
  places: Count;
  /** In ms. Nothing may be sent after that. */
  until: number;
  /** The fleet wants more than there is. */
  isShort: boolean;
};

export type Proposal = { version: number; bound: number };

/** Takes, renews and gives back a process's places, and learns of the bound: one turn to Redis. */
export type TakeTurn = (demand: { used: Count; wanted: Count }, proposal?: Proposal) => Promise<Lease>;

/**
 * @param key of the instance
 * @param process names the holder
 */
export function createLease(
  redis: RedisClient,
  key: string,
  process: string,
  maximum: number,
  now: () => number,
): TakeTurn {
  return async ({ used, wanted }, proposal) => {
    const until = now() + LEASE_MS;
    const answer = (await redis.eval(
      TURN,
      1,
      key,
      now(),
      until,
      TTL.places,
      process,
      used.all,
      used.background,
      wanted.all,
      wanted.background,
      maximum,
      proposal?.version ?? -1,
      proposal?.bound ?? 0,
    )) as number[];
    const [bound = 1, version = 0, all = 0, background = 0, isShort = 0] = answer;
    return { bound, version, places: { all, background }, until, isShort: isShort === 1 };
  };
}
