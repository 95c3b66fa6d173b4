import { existsSync, readFileSync } from 'node:fs';
import { parseSync, types } from '@babel/core';

/**
 * Slack's recorded answers, as far as they lie around: the types of its own SDK are generated from recordings and know each
 * method, and the recordings of its Java SDK may lie beside the project. Both show which members there are and of which type,
 * not which of them come always.
 */
export type Shape =
  | { kind: 'anything' }
  | { kind: 'string' | 'number' | 'boolean' }
  | { kind: 'list'; of: Shape }
  | { kind: 'either'; of: Shape[] }
  | { kind: 'members'; of: (name: string) => Shape | undefined };

export const ANYTHING: Shape = { kind: 'anything' };
/** Inside these are an app's own names, or Block Kit, which has a validator of its own. */
const FREE = /^(event_payload|values|blocks)$/;

/**
 * Where a value departs from a shape: a member that nobody recorded, or another type. `null` is how Slack leaves out.
 *
 * @param documented paths that the reference has and the recording has not
 */
export function departures(value: unknown, shape: Shape, documented: string[] = [], at = ''): string[] {
  if (shape.kind === 'anything' || value === null || value === undefined || documented.includes(at)) return [];
  if (shape.kind === 'either') {
    const each = shape.of.map((one) => departures(value, one, documented, at));
    return each.some((wrong) => wrong.length === 0) ? [] : (each[0] ?? []);
  }
  const kind = Array.isArray(value) ? 'list' : typeof value === 'object' ? 'members' : typeof value;
  if (kind !== shape.kind) return [`${at} is a ${kind}, recorded as a ${shape.kind}`];
  if (shape.kind === 'list')
    return (value as unknown[]).flatMap((one, index) => departures(one, shape.of, documented, `${at}[${index}]`));
  if (shape.kind !== 'members') return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (FREE.test(name)) return [];
    const path = at ? `${at}.${name}` : name;
    const known = shape.of(name);
    if (!known) return documented.includes(path) ? [] : [`${path} is in no recording`];
    return departures(member, known, documented, path);
  });
}

const RESPONSES = new URL('../../../node_modules/@slack/web-api/dist/types/response/', import.meta.url);
const inPascalCase = (method: string) => method.replaceAll(/(?:^|\.)(.)/g, (_, first: string) => first.toUpperCase());

/** What the SDK's generated type says that a method answers. */
export function sdkShape(method: string): Shape {
  const name = `${inPascalCase(method)}Response`;
  const file = new URL(`${name}.d.ts`, RESPONSES);
  const tree = parseSync(readFileSync(file, 'utf8'), {
    babelrc: false,
    configFile: false,
    filename: file.pathname,
    presets: ['@babel/preset-typescript'],
  });
  const declared = new Map<string, types.Declaration>();
  for (const statement of tree?.program.body ?? []) {
    const one = types.isExportNamedDeclaration(statement) ? statement.declaration : undefined;
    if (types.isTSInterfaceDeclaration(one) || types.isTSTypeAliasDeclaration(one) || types.isTSEnumDeclaration(one))
      declared.set(one.id.name, one);
  }
  return named(name, declared);
}

function named(name: string, declared: Map<string, types.Declaration>): Shape {
  const one = declared.get(name);
  if (types.isTSInterfaceDeclaration(one)) return members(one.body.body, declared);
  if (types.isTSTypeAliasDeclaration(one)) return typed(one.typeAnnotation, declared);
  if (types.isTSEnumDeclaration(one)) return { kind: 'string' };
  throw new Error(`the SDK's types do not say what ${name} is`);
}

function members(elements: types.TSTypeElement[], declared: Map<string, types.Declaration>): Shape {
  const known = new Map<string, types.TSType>();
  let others: Shape | undefined;
  for (const element of elements) {
    const type = 'typeAnnotation' in element ? element.typeAnnotation?.typeAnnotation : undefined;
    if (!types.isTSType(type)) continue;
    if (types.isTSIndexSignature(element)) others = typed(type, declared);
    else if (types.isTSPropertySignature(element) && types.isIdentifier(element.key)) known.set(element.key.name, type);
  }
  return {
    kind: 'members',
    of: (name) => {
      const type = known.get(name);
      return type ? typed(type, declared) : others;
    },
  };
}

function typed(type: types.TSType, declared: Map<string, types.Declaration>): Shape {
  switch (type.type) {
    case 'TSStringKeyword':
      return { kind: 'string' };
    case 'TSNumberKeyword':
      return { kind: 'number' };
    case 'TSBooleanKeyword':
      return { kind: 'boolean' };
    case 'TSArrayType':
      return { kind: 'list', of: typed(type.elementType, declared) };
    case 'TSUnionType':
      return { kind: 'either', of: type.types.map((one) => typed(one, declared)) };
    // `WebAPICallResult & { … }`: the first says only that there may be more, which is no news.
    case 'TSIntersectionType':
      return typed(type.types.at(-1) ?? type, declared);
    case 'TSTypeLiteral':
      return members(type.members, declared);
    case 'TSTypeReference':
      return types.isIdentifier(type.typeName) ? named(type.typeName.name, declared) : ANYTHING;
    default:
      return ANYTHING;
  }
}

const SAMPLES = new URL('../../../../shared/data/slack-samples/', import.meta.url);

/** What a recording beside the project shows, or undefined where there is none. */
export function sampleShape(name: string): Shape | undefined {
  const file = new URL(`${name}.json`, SAMPLES);
  return existsSync(file) ? shapeOf(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Values are blanked, so an object or a list without anything in it may hold anything. */
function shapeOf(sample: unknown): Shape {
  if (Array.isArray(sample)) return { kind: 'list', of: either(sample.map(shapeOf)) };
  if (typeof sample === 'string' || typeof sample === 'number' || typeof sample === 'boolean')
    return { kind: typeof sample as 'string' | 'number' | 'boolean' };
  if (typeof sample !== 'object' || sample === null || Object.keys(sample).length === 0) return ANYTHING;
  const known = new Map(Object.entries(sample));
  return { kind: 'members', of: (name) => (known.has(name) ? shapeOf(known.get(name)) : undefined) };
}

const either = (shapes: Shape[]): Shape => (shapes.length === 0 ? ANYTHING : { kind: 'either', of: shapes });
