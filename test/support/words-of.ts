/** Every word that can be read in a message, a view or an answer, wherever it stands in it. @param between its texts */
export function wordsOf(shown: unknown, between = '\n'): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each);
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) {
        if (key === 'text' && typeof part === 'string') found.push(part);
        else walk(part);
      }
  };
  walk(shown);
  return found.join(between);
}
