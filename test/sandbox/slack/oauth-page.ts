/** The consent page at /oauth/v2/authorize. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sim } from './core.ts';
import { ApiError } from './errors.ts';
import { escapeHtml, html, readBody, reply } from './http.ts';
import { allow, checkAuthorization, deny } from './oauth.ts';

export async function consentPage(
  sim: Sim,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<undefined> {
  try {
    const { scopes } = checkAuthorization(sim, url.searchParams);
    if (request.method !== 'POST') return html(response, 200, page(sim, url, scopes));
    const form = new URLSearchParams((await readBody(request)).toString());
    const workspace = sim.workspaces.find((one) => one.team.id === form.get('team')) ?? sim.workspaces[0];
    if (!workspace) throw new ApiError('invalid_team_for_non_distributed_app');
    const admin = [...workspace.users.values()].find((user) => user.isAdmin);
    const target =
      form.get('answer') === 'allow'
        ? allow(sim, workspace, admin?.id ?? '', url.searchParams)
        : deny(sim, url.searchParams);
    reply(response, 302, '', { location: target });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    html(response, 400, `<!DOCTYPE html><title>Slack</title><p>Something went wrong: ${escapeHtml(error.code)}</p>`);
  }
}

function page(sim: Sim, url: URL, scopes: string[]): string {
  const teams = sim.workspaces
    .map(({ team }) => `<option value="${team.id}">${escapeHtml(team.name)}</option>`)
    .join('');
  const list = scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Install ${escapeHtml(sim.app.name)}</title></head>
<body><main><h1>${escapeHtml(sim.app.name)} is requesting permission to access a workspace</h1><ul>${list}</ul>
<form method="post" action="${escapeHtml(url.pathname + url.search)}">
<label>Workspace <select name="team">${teams}</select></label>
<button name="answer" value="cancel">Cancel</button> <button name="answer" value="allow">Allow</button>
</form></main></body></html>`;
}
