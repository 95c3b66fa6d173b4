/** The two short-lived permissions that Slack hands out: trigger ids and response URLs. */
import type { Sim, Trigger } from './core.ts';
import { ApiError } from './errors.ts';
import type { Workspace } from './workspace.ts';

/** docs.slack.dev: a trigger id opens one view within three seconds. */
const TRIGGER_LIFE_MS = 3000;
export const RESPONSE_URL_LIFE_MS = 30 * 60_000;
export const RESPONSE_URL_USES = 5;

export function issueTrigger(sim: Sim, workspace: Workspace, userId: string, viewId?: string): string {
  const id = `${sim.ids.next('')}.${sim.ids.next('')}.${sim.ids.secret('trigger')}`;
  sim.triggers.set(id, { workspace, userId, issuedAt: sim.now(), used: false, ...(viewId ? { viewId } : {}) });
  return id;
}

export function takeTrigger(sim: Sim, workspace: Workspace, id: unknown): Trigger {
  const trigger = typeof id === 'string' ? sim.triggers.get(id) : undefined;
  if (!trigger || trigger.workspace !== workspace) throw new ApiError('invalid_trigger_id');
  if (trigger.used) throw new ApiError('exchanged_trigger_id');
  if (sim.now() - trigger.issuedAt > TRIGGER_LIFE_MS) throw new ApiError('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

export function issueResponseUrl(
  sim: Sim,
  workspace: Workspace,
  at: { channelId: string; userId: string; original?: string; kind: 'commands' | 'actions' | 'app' },
): string {
  const path = `/${at.kind}/${workspace.team.id}/${sim.ids.next('')}/${sim.ids.secret('response_url')}`;
  const { channelId, userId, original } = at;
  sim.responseUrls.set(path, {
    workspace,
    channelId,
    userId,
    issuedAt: sim.now(),
    uses: 0,
    ...(original ? { original } : {}),
  });
  sim.secrets.add(sim.url + path);
  return sim.url + path;
}
