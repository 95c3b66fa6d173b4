/** The endpoints of protocol.ts: the same hands as the tests', for the person in front of the web page. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sim } from './core.ts';
import { NotPossible } from './errors.ts';
import { escapeHtml, html, readBody, reply } from './http.ts';
import { asJson } from './json.ts';
import { pageFile, pageState } from './page-state.ts';
import { click, globalShortcut, messageShortcut, placeOf, suggest } from './people/acting.ts';
import { closeView, submit, takeValues } from './people/forms.ts';
import { type Actor, mustFindChannel } from './people/payloads.ts';
import { openHome } from './people/person.ts';
import { edit, remove, runCommand, say, upload } from './people/typing.ts';
import type { PageAct, PageAnswer } from './protocol.ts';

const PAGE_FOLDER = fileURLToPath(new URL('page/', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

/** How long changes are gathered before a page is told. */
const COALESCE_MS = 20;

export type PageApi = {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  changed(): void;
  close(): void;
};

function actorFor(sim: Sim, userId: string): Actor | undefined {
  for (const workspace of sim.workspaces) {
    const user = workspace.users.get(userId);
    if (user && !user.isBot) return { sim, workspace, user };
  }
  const workspace = sim.workspaces[0];
  // A page that has no user yet starts as the first person.
  const first = workspace && [...workspace.users.values()][0];
  return !userId && workspace && first ? { sim, workspace, user: first } : undefined;
}

async function perform(actor: Actor, act: PageAct): Promise<PageAnswer> {
  const { sim, workspace, user } = actor;
  switch (act.kind) {
    case 'send': {
      const options = {
        ...(act.threadTs ? { threadTs: act.threadTs } : {}),
        ...(act.fileIds ? { fileIds: act.fileIds } : {}),
      };
      await say(actor, act.channel, act.text, options);
      break;
    }
    case 'edit':
      await edit(actor, act.channel, act.ts, act.text);
      break;
    case 'delete':
      await remove(actor, act.channel, act.ts);
      break;
    case 'command':
      await runCommand(actor, act.text, { command: act.command, channel: act.channel });
      break;
    case 'globalShortcut':
      await globalShortcut(actor, act.callbackId);
      break;
    case 'messageShortcut':
      await messageShortcut(actor, act.callbackId, act.channel, act.ts);
      break;
    case 'action': {
      const place = placeOf(actor, act.container);
      if (act.values && place.kind === 'view') takeValues(actor, place.view, act.values);
      await click(actor, act.container, act.actionId, act.element, act.blockId);
      break;
    }
    case 'options':
      return suggest(actor, act.container, act.blockId, act.actionId, act.query);
    case 'submit':
      await submit(actor, act.viewId, act.values);
      break;
    case 'closeView':
      await closeView(actor, act.viewId, act.clearAll);
      break;
    case 'openTab':
      await openHome(actor, act.tab);
      break;
    case 'read': {
      const channel = mustFindChannel(actor, act.channel);
      const last = channel.messages.at(-1);
      if (last) channel.read.set(user.id, last.ts);
      sim.changed();
      break;
    }
    case 'dismissNotice':
      workspace.notices.set(
        user.id,
        (workspace.notices.get(user.id) ?? []).filter((one) => one.id !== act.id),
      );
      sim.changed();
      break;
    default:
      return { ok: false, error: `unknown act ${String((act as { kind: unknown }).kind)}` };
  }
  return { ok: true };
}

async function act(sim: Sim, body: Buffer): Promise<PageAnswer> {
  const { user, act: wanted } = asJson(JSON.parse(body.toString()));
  const actor = actorFor(sim, String(user));
  if (!actor) return { ok: false, error: 'nobody has this id' };
  try {
    return await perform(actor, wanted as PageAct);
  } catch (error) {
    if (error instanceof NotPossible) return { ok: false, error: error.message };
    throw error;
  }
}

function serveStatic(response: ServerResponse, path: string, serviceNow: string): undefined {
  const name = path === '/' ? 'index.html' : normalize(path.slice('/page-assets/'.length));
  const file = join(PAGE_FOLDER, name);
  if (!file.startsWith(PAGE_FOLDER) || !existsSync(file) || !statSync(file).isFile())
    return html(response, 404, '<!DOCTYPE html><title>Slack</title><p>There is no such page.</p>');
  const bytes = readFileSync(file);
  const body =
    name === 'index.html'
      ? bytes
          .toString()
          .replace(
            'name="servicenow-url" content=""',
            () => `name="servicenow-url" content="${escapeHtml(serviceNow)}"`,
          )
      : bytes;
  reply(response, 200, body, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-store',
  });
}

/** @param reset what the page's Reset button does; the page waits for it */
export function createPageApi(
  sim: () => Sim,
  reset: () => void | Promise<void>,
  links: { serviceNow?: string } = {},
): PageApi {
  const streams = new Map<ServerResponse, string>();
  let planned: NodeJS.Timeout | undefined;

  const push = (response: ServerResponse, userId: string) => {
    const actor = actorFor(sim(), userId);
    if (actor)
      response.write(`event: state\ndata: ${JSON.stringify(pageState(sim(), actor.workspace, actor.user))}\n\n`);
  };
  const openStream = (response: ServerResponse, userId: string): undefined => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    streams.set(response, userId);
    response.on('close', () => streams.delete(response));
    push(response, userId);
  };

  const routes: Record<
    string,
    (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<undefined> | undefined
  > = {
    'GET /page/state': (_, response, url) => {
      const actor = actorFor(sim(), url.searchParams.get('user') ?? '');
      if (!actor) return reply(response, 404, { ok: false, error: 'nobody has this id' });
      reply(response, 200, pageState(sim(), actor.workspace, actor.user));
    },
    'GET /page/stream': (_, response, url) => openStream(response, url.searchParams.get('user') ?? ''),
    'POST /page/act': async (request, response) => reply(response, 200, await act(sim(), await readBody(request))),
    'POST /page/files': async (request, response, url) => {
      const actor = actorFor(sim(), url.searchParams.get('user') ?? '');
      if (!actor) return reply(response, 404, { ok: false, error: 'nobody has this id' });
      const name = url.searchParams.get('name') || 'file';
      const type = url.searchParams.get('type') || 'application/octet-stream';
      const id = upload(actor, name, await readBody(request), type);
      const file = actor.workspace.files.get(id);
      reply(response, 200, file ? { ok: true, file: pageFile(file) } : { ok: false, error: 'the file is gone' });
    },
    'POST /page/reset': async (_, response) => {
      await reset();
      reply(response, 200, { ok: true });
    },
  };

  const serveFile = (response: ServerResponse, id: string) => {
    const file = sim()
      .workspaces.flatMap((workspace) => workspace.files.get(id) ?? [])
      .at(0);
    if (!file) return reply(response, 404, { ok: false, error: 'there is no such file' });
    // Whatever was uploaded must not run as part of this page.
    const headers = {
      'content-type': file.mimetype,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    };
    reply(response, 200, file.bytes, headers);
  };

  return {
    handle: async (request, response, url) => {
      const route = routes[`${request.method} ${url.pathname}`];
      if (route) await route(request, response, url);
      else if (request.method === 'GET' && url.pathname.startsWith('/page/files/'))
        serveFile(response, url.pathname.slice('/page/files/'.length));
      else if (request.method === 'GET' && (url.pathname === '/' || url.pathname.startsWith('/page-assets/')))
        serveStatic(response, url.pathname, links.serviceNow ?? '');
      else return false;
      return true;
    },
    changed: () => {
      if (planned || streams.size === 0) return;
      planned = setTimeout(() => {
        planned = undefined;
        for (const [response, userId] of streams) push(response, userId);
      }, COALESCE_MS);
      planned.unref();
    },
    close: () => {
      clearTimeout(planned);
      for (const response of streams.keys()) response.end();
      streams.clear();
    },
  };
}
