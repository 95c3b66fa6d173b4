/** A person with a modal: filling in, submitting, closing; and what Slack makes of the app's answer. */
import { issueResponseUrl, issueTrigger } from '../capabilities.ts';
import { notice, violation } from '../core.ts';
import { deliver } from '../delivery.ts';
import { ApiError, NotPossible, TROUBLE } from '../errors.ts';
import { asJson, asText, isJson } from '../json.ts';
import type { PageViewValues } from '../protocol.ts';
import { fileJson, viewJson } from '../shapes.ts';
import type { Delivery, FillValue, Json } from '../types.ts';
import { clientErrors, stateFrom } from '../view-state.ts';
import { pushView, replaceView, stackOf } from '../views.ts';
import { findView, type View } from '../workspace.ts';
import { type Actor, interaction, mustBeInteractive } from './payloads.ts';

export function mustFindModal({ workspace, user }: Actor, viewId?: string): View {
  const stack = stackOf(workspace, user.id);
  const view = viewId ? stack.find((one) => one.id === viewId) : stack.at(-1);
  if (!view) throw new NotPossible(`${user.realName} has no ${viewId ? `modal ${viewId}` : 'modal open'}`);
  return view;
}

/** Puts values into the top modal, by block id. `known` are the options that a type-ahead has offered. */
export function fill(
  actor: Actor,
  given: Record<string, FillValue>,
  known: (actionId: string) => readonly Json[],
): void {
  const view = mustFindModal(actor);
  for (const [blockId, value] of Object.entries(given)) {
    const block = view.source.blocks.find((one) => one.block_id === blockId && one.type === 'input');
    if (!block) {
      const inputs = view.source.blocks.filter((one) => one.type === 'input').map((one) => one.block_id);
      throw new NotPossible(`the form has no input ${blockId}; it has: ${inputs.join(', ')}`);
    }
    const element = asJson(block['element']);
    const actionId = asText(element['action_id']);
    view.values[blockId] = { [actionId]: withFiles(actor, stateFrom(element, value, known(actionId))) };
    delete view.errors[blockId];
  }
  actor.sim.changed();
}

/** Slack sends whole file objects, not ids. */
function withFiles({ sim, workspace }: Actor, state: Json): Json {
  if (!Array.isArray(state['files'])) return state;
  const files = state['files'].map((one) => {
    const id = isJson(one) ? asText(one['id']) : String(one);
    const file = workspace.files.get(id);
    if (!file) throw new NotPossible(`there is no file ${id}`);
    return fileJson(sim, workspace, file);
  });
  return { ...state, files };
}

function responseUrls({ sim, workspace, user }: Actor, view: View): Json[] {
  return view.source.blocks.flatMap((block) => {
    const element = asJson(block['element']);
    const actionId = asText(element['action_id']);
    const state = view.values[block.block_id]?.[actionId] ?? {};
    const channelId = asText(state['selected_conversation'] ?? state['selected_channel']);
    if (element['response_url_enabled'] !== true || !channelId) return [];
    const url = issueResponseUrl(sim, workspace, { channelId, userId: user.id, kind: 'app' });
    return [{ block_id: block.block_id, action_id: actionId, channel_id: channelId, response_url: url }];
  });
}

export async function submit(actor: Actor, viewId?: string, values?: PageViewValues): Promise<Delivery> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  const view = mustFindModal(actor, viewId);
  if (view.source['submit'] === undefined) throw new NotPossible('the modal has no submit button');
  if (view !== stackOf(workspace, user.id).at(-1)) throw new NotPossible('only the top modal can be submitted');
  if (view.busy) throw new NotPossible('the modal is being submitted');
  if (values) takeValues(actor, view, values);
  view.errors = clientErrors(view.source.blocks, view.values);
  sim.changed();
  if (Object.keys(view.errors).length > 0)
    throw new NotPossible(`Slack does not send this form: ${JSON.stringify(view.errors)}`, view.errors);
  view.busy = true;
  sim.changed();
  const delivery = await deliver(sim, {
    kind: 'view_submission',
    type: 'view_submission',
    encoding: 'payload',
    payload: {
      ...interaction(actor, 'view_submission'),
      trigger_id: issueTrigger(sim, workspace, user.id, view.id),
      view: viewJson(sim, workspace, view),
      response_urls: responseUrls(actor, view),
    },
  });
  view.busy = false;
  const problem =
    delivery.error || delivery.status !== 200 ? (delivery.error ?? 'http_error') : react(actor, view, delivery.body);
  if (problem) {
    delivery.error = problem;
    notice(sim, workspace, user.id, TROUBLE);
  }
  sim.changed();
  return delivery;
}

export function takeValues(actor: Actor, view: View, values: PageViewValues): void {
  for (const [blockId, actions] of Object.entries(values))
    for (const [actionId, state] of Object.entries(actions)) {
      const known = view.values[blockId]?.[actionId];
      if (known)
        view.values[blockId] = { ...view.values[blockId], [actionId]: withFiles(actor, { ...known, ...state }) };
    }
}

/** Does what the answer says. The result names what was wrong with it, if anything. */
function react(actor: Actor, view: View, body: unknown): string | undefined {
  const { sim, workspace, user } = actor;
  const wrong = (text: string) => {
    violation(sim, `view_submission answer: ${text}`);
    return 'invalid_view_submission_answer';
  };
  if (body === '' || (isJson(body) && Object.keys(body).length === 0)) {
    leave(actor, view);
    return undefined;
  }
  if (!isJson(body)) return wrong(`expected an empty body or JSON, got ${JSON.stringify(body).slice(0, 80)}`);
  const action = body['response_action'];
  // The app may have closed the view itself while Slack waited.
  const stillOpen = findView(workspace, view.id) !== undefined;
  try {
    switch (action) {
      case 'clear':
        workspace.modals.set(user.id, []);
        return undefined;
      case 'update':
        if (stillOpen) replaceView(sim, workspace, view, body['view']);
        return undefined;
      case 'push':
        pushView(sim, workspace, user.id, body['view']);
        return undefined;
      case 'errors':
        return showErrors(view, body['errors'], wrong);
      default:
        return wrong(`unknown response_action ${String(action)}`);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return wrong(`${error.code} ${JSON.stringify(error.details)}`);
  }
}

function showErrors(view: View, errors: unknown, wrong: (text: string) => string): string | undefined {
  if (!isJson(errors) || Object.keys(errors).length === 0) return wrong('errors must be a non-empty object');
  const inputs = new Set(view.source.blocks.filter((one) => one.type === 'input').map((one) => one.block_id));
  for (const [blockId, text] of Object.entries(errors)) {
    if (!inputs.has(blockId)) return wrong(`errors names the block ${blockId}, which is no input of the view`);
    if (typeof text !== 'string' || !text) return wrong(`the error of ${blockId} is no text`);
  }
  view.errors = errors as Record<string, string>;
  return undefined;
}

function leave({ workspace, user }: Actor, view: View): void {
  const stack = stackOf(workspace, user.id);
  const index = stack.indexOf(view);
  if (index >= 0) stack.splice(index, 1);
}

/** The X or the Cancel button; `clearAll` closes the whole stack, and so does a view with `clear_on_close`. */
export async function closeView(actor: Actor, viewId?: string, clearAll = false): Promise<Delivery[]> {
  mustBeInteractive(actor);
  const { sim, workspace, user } = actor;
  const view = mustFindModal(actor, viewId);
  const stack = stackOf(workspace, user.id);
  const cleared = clearAll || view.source['clear_on_close'] === true;
  const closed = cleared ? [...stack] : [view];
  workspace.modals.set(
    user.id,
    stack.filter((one) => !closed.includes(one)),
  );
  sim.changed();
  const sent = closed
    .filter((one) => one.source['notify_on_close'] === true)
    .map((one) =>
      deliver(sim, {
        kind: 'view_closed',
        type: 'view_closed',
        encoding: 'payload',
        payload: {
          ...interaction(actor, 'view_closed'),
          view: viewJson(sim, workspace, one),
          is_cleared: cleared,
        },
      }),
    );
  return Promise.all(sent);
}
