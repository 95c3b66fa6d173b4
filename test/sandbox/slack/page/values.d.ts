type Obj = Record<string, unknown>;

export function memberOf(type: string): string | null;
export function stateOf(element: Obj, value: unknown): Obj;
export function initialState(element: Obj): Obj | null;
export function keptState(element: Obj, state: Obj | undefined): Obj | null;
export function isEmpty(state: Obj | null | undefined): boolean;
export function problemOf(element: Obj, state: Obj | null, optional: boolean): string | null;
export function elementsOf(block: Obj): { block: Obj; element: Obj }[];
export class Values {
  static key(blockId: string, actionId: string): string;
  sync(blocks: Obj[]): void;
  get(blockId: string, actionId: string): Obj | null;
  set(blockId: string, actionId: string, state: Obj): void;
  all(): Record<string, Record<string, Obj>>;
}
