/**
 * The values that an ICU message asks for, read from its text by the compiler. A branch of a plural or a select is a whole
 * phrase: one that is a single word would look like the name of a value, and the compiler would ask for it.
 */
type Entries<Text extends string> = Text extends `${string}{${infer Rest}` ? EntryAt<Rest> | Entries<Rest> : never;

/** @param Rest what follows an opening brace; up to the first closing one it is a value, or the beginning of a phrase */
type EntryAt<Rest extends string> = Rest extends `${infer Inside}}${string}`
  ? Inside extends `${infer Name}, ${infer Kind}`
    ? Entry<Name, Kind>
    : Inside extends '' | `${string}${' ' | '{' | '#' | '.' | ','}${string}`
      ? never
      : [Inside, string | number]
  : never;

type Entry<Name extends string, Kind extends string> = Kind extends `plural,${string}` | `number${string}`
  ? [Name, number]
  : Kind extends `select,${string}`
    ? [Name, string | boolean]
    : Kind extends `date,${string}`
      ? [Name, Date]
      : never;

type ValuesFrom<E extends [string, unknown]> = { readonly [One in E as One[0]]: One[1] };

/** As the last arguments of a call: nothing where the message has no values. */
export type ValuesIn<Text extends string> = [Entries<Text>] extends [never] ? [] : [values: ValuesFrom<Entries<Text>>];
