/** However long Slack wants to be left alone, after an hour it is asked again. */
export const LONGEST_REST_SECONDS = 3600;

/**
 * A 429 is meant for a method and a workspace, not for the one call that met it: whatever else would call that method meanwhile
 * gets the same answer from here, so that a crowd of jobs does not ask Slack again and again. Each process learns by itself.
 */
export function createCooling(now: () => number) {
  /** Until when, in ms, by method and token; a token stands for a workspace. */
  const untilBy = new Map<string, number>();

  return {
    name: (input: Parameters<typeof fetch>[0], init: RequestInit | undefined): string =>
      `${new Headers(init?.headers).get('authorization') ?? ''} ${input instanceof Request ? input.url : String(input)}`,

    /** Slack's answer, as long as it holds. */
    rest(name: string): Response | undefined {
      const until = untilBy.get(name);
      if (until === undefined) return undefined;
      const seconds = Math.ceil((until - now()) / 1000);
      if (seconds > 0) return new Response(null, { status: 429, headers: { 'retry-after': String(seconds) } });
      untilBy.delete(name);
      return undefined;
    },

    note(name: string, { status, headers }: Response): void {
      const seconds = Number(headers.get('retry-after'));
      if (status === 429 && seconds > 0) untilBy.set(name, now() + Math.min(seconds, LONGEST_REST_SECONDS) * 1000);
    },
  };
}
