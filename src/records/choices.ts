/** One entry of a choice list: the stored value, and the word that people read. */
export type Choice = { value: string; label: string };

/** Those whose label has the words in it, and first those that begin with them. */
export function matchingChoices<C extends Choice>(choices: C[], text: string): C[] {
  const sought = folded(text);
  const places = choices.map((choice) => ({ choice, place: folded(choice.label).indexOf(sought) }));
  return [...places.filter(({ place }) => place === 0), ...places.filter(({ place }) => place > 0)].map(
    ({ choice }) => choice,
  );
}

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').trim().toLowerCase();
