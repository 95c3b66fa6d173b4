import { z } from 'zod';

const id = z.string().min(1);
/** A name in Slack, such as `U0123ABC`; nothing else may name a person or a workspace. */
const name = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const user = z.looseObject({ id: name });
const text = z.string().nullish();
const view = z.looseObject({
  id,
  callback_id: z.string(),
  private_metadata: z.string(),
  state: z.looseObject({ values: z.record(z.string(), z.unknown()) }),
});
const action = z
  .looseObject({
    type: z.string(),
    action_id: z.string(),
    action_ts: z.string(),
    value: z.string().optional(),
    selected_option: z.looseObject({ value: z.string() }).nullish(),
  })
  // A menu is nothing without the item that was chosen; a select may have been emptied.
  .refine(({ type, selected_option }) => type !== 'overflow' || Boolean(selected_option));
const message = z.looseObject({
  ts: z.string().optional(),
  user: z.union([name, z.literal('')]).nullish(),
  text,
  thread_ts: z.string().optional(),
  files: z.array(z.looseObject({ id })).nullish(),
});

/** What the listeners take for granted in each kind of interaction, by its `type`. */
const INTERACTIONS: Record<string, z.ZodType> = {
  block_actions: z.looseObject({
    user,
    trigger_id: z.string(),
    actions: z.array(action).min(1),
    channel: z.looseObject({ id }).optional(),
    message: z.looseObject({ thread_ts: z.string().optional() }).nullish(),
    container: z.looseObject({ thread_ts: z.string().optional() }).nullish(),
    view: z.looseObject({ id, blocks: z.array(z.looseObject({ block_id: z.string().optional() })) }).nullish(),
    response_url: text,
  }),
  view_submission: z.looseObject({ user, view }),
  view_closed: z.looseObject({ user }),
  block_suggestion: z.looseObject({
    user,
    action_id: z.string(),
    value: z.string(),
    channel: z.looseObject({}).optional(),
  }),
  shortcut: z.looseObject({ user, trigger_id: id }),
  message_action: z.looseObject({
    user,
    trigger_id: id,
    channel: z.looseObject({ id }),
    message: message.required({ ts: true }),
  }),
};

const command = z.looseObject({
  command: id,
  user_id: name,
  channel_id: id,
  trigger_id: id,
  response_url: z.string(),
  text: z.string().optional(),
});

const anyEvent = message.extend({
  type: z.string(),
  message: message.optional(),
  previous_message: message.optional(),
});

/** The same for events; those that no listener takes are only acknowledged. */
const EVENTS: Record<string, z.ZodType> = {
  message: anyEvent.extend({ channel: id, ts: id }),
  app_mention: anyEvent.extend({ channel: id, ts: id, text: z.string() }),
  channel_shared: z.looseObject({ channel: id }),
  app_home_opened: z.looseObject({ user: name }),
  user_change: z.looseObject({ user }),
  tokens_revoked: z.looseObject({ tokens: z.looseObject({ bot: z.array(z.string()).optional() }) }),
};

const envelope = z.looseObject({
  event_id: id,
  // Bolt looks into these two of every event, and throws where there is nothing to look into.
  event: z.looseObject({
    type: z.string(),
    channel: z.union([z.string(), z.looseObject({})]).optional(),
    item: z.looseObject({}).optional(),
  }),
  authorizations: z.array(z.looseObject({})).nullish(),
});

function isReadableEvent(body: unknown): boolean {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return false;
  const { event } = parsed.data;
  return Object.hasOwn(EVENTS, event.type) ? EVENTS[event.type]?.safeParse(event).success === true : true;
}

export const isName = (given: unknown): boolean => name.safeParse(given).success;

/** Is it what Slack documents? The signature says who sent a request, not that we know its kind. */
export function isReadable(body: Record<string, unknown>): boolean {
  const type = body['type'];
  if (type === undefined) return command.safeParse(body).success;
  if (type === 'event_callback') return isReadableEvent(body);
  return typeof type === 'string' && Object.hasOwn(INTERACTIONS, type)
    ? INTERACTIONS[type]?.safeParse(body).success === true
    : false;
}
