export type Verdict = { about: string; wrong: string[] };

/** Said at once, so that whoever waits sees how far it is. */
export function verdict(who: string, about: string, wrong: string[]): Verdict {
  console.log(`${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${who}: ${about}`);
  for (const one of wrong) console.log(`      ${one.slice(0, 400)}`);
  return { about, wrong };
}
