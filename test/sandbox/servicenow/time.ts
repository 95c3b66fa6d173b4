/** Stored times are `YYYY-MM-DD HH:MM:SS` in UTC; people see them in their own zone and format. */

export const toStored = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** ms, or NaN if the text is not a stored time. A bare date means its midnight. */
export function fromStored(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?$/.exec(text.trim());
  return match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) : Number.NaN;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}

const partsOf = (ms: number, timeZone: string) =>
  new Map(
    formatter(timeZone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  );

/** The stored time of a moment that clocks in this zone show as `local`; other text stays as it is. */
export function toUtc(local: string, timeZone: string): string {
  const wanted = fromStored(local);
  if (Number.isNaN(wanted)) return local;
  const shownAt = (ms: number) => fromStored(displayTime(toStored(ms), timeZone, 'yyyy-MM-dd'));
  let ms = wanted;
  // The second time for a zone whose offset changed in between.
  for (let times = 0; times < 2; times += 1) ms += wanted - shownAt(ms);
  return toStored(ms);
}

export function displayTime(stored: string, timeZone: string, dateFormat: string): string {
  const ms = fromStored(stored);
  if (Number.isNaN(ms)) return stored;
  const parts = partsOf(ms, timeZone);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const date = dateFormat.replace('yyyy', part('year')).replace('MM', part('month')).replace('dd', part('day'));
  return `${date} ${part('hour')}:${part('minute')}:${part('second')}`;
}
