/** A clock that only moves when told to. */
export function createClock(start = Date.parse('2026-11-23T09:00:00Z')) {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
}
