/** Modals and Home tabs: opening, stacking, replacing, closing. */
import { MAX_VIEW_BYTES } from './block-kit/limits.ts';
import { inSlacksWords, validateView } from './block-kit/validate.ts';
import type { Sim } from './core.ts';
import { ApiError } from './errors.ts';
import { asJson, asList, asText } from './json.ts';
import { normaliseBlocks } from './messages.ts';
import { initialValues, keepTyped } from './view-state.ts';
import { findView, type View, type Workspace } from './workspace.ts';

const MAX_STACK = 3;

export function checkView(workspace: Workspace, source: unknown, type: 'modal' | 'home', replaced?: View): void {
  const errors = validateView(source);
  if (errors.length === 0 && asJson(source)['type'] !== type)
    errors.push({ pointer: '/view/type', message: `must be ${type}` });
  if (errors.length > 0)
    throw new ApiError('invalid_arguments', { response_metadata: { messages: errors.map(inSlacksWords) } });
  if (Buffer.byteLength(JSON.stringify(source)) > MAX_VIEW_BYTES) throw new ApiError('view_too_large');
  const externalId = asText(asJson(source)['external_id']);
  const all = [...workspace.modals.values()].flat().concat([...workspace.homes.values()]);
  if (externalId && all.some((view) => view.externalId === externalId && view !== replaced))
    throw new ApiError('duplicate_external_id');
}

function createView(sim: Sim, source: unknown, userId: string, previous?: View): View {
  const given = asJson(source);
  const blocks = normaliseBlocks(sim, asList(given['blocks']));
  const id = sim.ids.next('V');
  return {
    id,
    hash: newHash(sim),
    userId,
    type: given['type'] === 'home' ? 'home' : 'modal',
    source: { ...given, blocks },
    rootViewId: previous?.rootViewId ?? id,
    previousViewId: previous?.id ?? null,
    externalId: asText(given['external_id']),
    values: initialValues(blocks),
    errors: {},
    busy: false,
  };
}

const newHash = (sim: Sim): string => `${Math.floor(sim.now() / 1000)}.${sim.ids.secret('hash').slice(0, 8)}`;

export const stackOf = (workspace: Workspace, userId: string): View[] => {
  const stack = workspace.modals.get(userId) ?? [];
  workspace.modals.set(userId, stack);
  return stack;
};

export function openView(sim: Sim, workspace: Workspace, userId: string, source: unknown): View {
  checkView(workspace, source, 'modal');
  const view = createView(sim, source, userId);
  workspace.modals.set(userId, [view]);
  sim.changed();
  return view;
}

export function pushView(sim: Sim, workspace: Workspace, userId: string, source: unknown): View {
  checkView(workspace, source, 'modal');
  const stack = stackOf(workspace, userId);
  if (stack.length >= MAX_STACK) throw new ApiError('push_limit_reached');
  const top = stack.at(-1);
  const view = createView(sim, source, userId, top);
  stack.push(view);
  sim.changed();
  return view;
}

export function replaceView(sim: Sim, workspace: Workspace, view: View, source: unknown): View {
  checkView(workspace, source, view.type, view);
  const given = asJson(source);
  const blocks = normaliseBlocks(sim, asList(given['blocks']));
  view.source = { ...given, blocks };
  view.values = keepTyped(initialValues(blocks), view.values);
  view.externalId = asText(given['external_id']) || view.externalId;
  view.hash = newHash(sim);
  view.errors = {};
  sim.changed();
  return view;
}

export function publishHome(sim: Sim, workspace: Workspace, userId: string, source: unknown, hash: unknown): View {
  const current = workspace.homes.get(userId);
  checkView(workspace, source, 'home', current);
  if (hash && current && hash !== current.hash) throw new ApiError('hash_conflict');
  if (current) return replaceView(sim, workspace, current, source);
  const view = createView(sim, source, userId);
  workspace.homes.set(userId, view);
  sim.changed();
  return view;
}

/** views.update: by id or external id, refused when the view has changed since the caller looked. */
export function updateView(sim: Sim, workspace: Workspace, args: Record<string, unknown>): View {
  const id = asText(args['view_id']);
  const externalId = asText(args['external_id']);
  const all = [...workspace.modals.values()].flat().concat([...workspace.homes.values()]);
  const view = id ? findView(workspace, id) : all.find((one) => externalId && one.externalId === externalId);
  if (!view) {
    checkView(workspace, args['view'], asJson(args['view'])['type'] === 'home' ? 'home' : 'modal');
    throw new ApiError('not_found');
  }
  checkView(workspace, args['view'], view.type, view);
  if (args['hash'] && args['hash'] !== view.hash) throw new ApiError('hash_conflict');
  return replaceView(sim, workspace, view, args['view']);
}
