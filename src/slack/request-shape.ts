import { z } from 'zod';

const id = z.string().min(1);
const user = z.looseObject({ id });
const text = z.string().nullish();
const view = z.looseObject({
  id,
  callback_id: z.string(),
  private_metadata: z.string(),
  state: z.looseObject({ values: z.record(z.string(), z.unknown()) }),
});
const action = z.looseObject({
  type: z.string(),
  action_id: z.string(),
  action_ts: z.string(),
  value: z.string().optional(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
});
const message = z.looseObject({
  ts: z.string().optional(),
  user: z.string().optional(),
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
    channel: z.looseObject({ id }).nullish(),
    message: z.looseObject({ thread_ts: z.string().optional() }).nullish(),
    container: z.looseObject({ thread_ts: z.string().optional() }).nullish(),
    view: z.looseObject({ id, blocks: z.array(z.looseObject({ block_id: z.string().optional() })) }).nullish(),
    response_url: text,
  }),
  view_submission: z.looseObject({ user, view }),
  view_closed: z.looseObject({ user }),
  block_suggestion: z.looseObject({ user, action_id: z.string(), value: z.string() }),
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
  user_id: id,
  channel_id: id,
  trigger_id: id,
  response_url: z.string(),
  text: z.string().optional(),
});

/** Members that several events share, and that mean the same in each. */
const event = z.looseObject({
  event_id: id,
  event: message.extend({
    type: z.string(),
    channel: z.string().optional(),
    // A whole person where their profile has changed.
    user: z.union([z.string(), user]).optional(),
    message: message.optional(),
    previous_message: message.optional(),
    tokens: z.looseObject({ bot: z.array(z.string()).optional() }).optional(),
  }),
});

/** Is it what Slack documents? The signature says who sent a request, not that we know its kind. */
export function isReadable(body: Record<string, unknown>): boolean {
  const type = body['type'];
  if (type === undefined) return command.safeParse(body).success;
  if (type === 'event_callback') return event.safeParse(body).success;
  return typeof type === 'string' && Object.hasOwn(INTERACTIONS, type)
    ? INTERACTIONS[type]?.safeParse(body).success === true
    : false;
}
