import { attachmentApi } from './attachments.ts';
import { catalogApi } from './catalog.ts';
import { json, noSuchResource, notAuthenticated, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { knowledgeApi } from './knowledge.ts';
import { statsApi } from './stats.ts';
import { tableApi } from './table-api.ts';
import { ApiError, type Reply, type User } from './types.ts';

/** Everything below `/api`, for a user who has been authenticated. */
export function api(instance: Instance, request: Request, user: User): Reply {
  const [space = '', ...path] = request.url.pathname.slice('/api/'.length).split('/').filter(Boolean);
  if (space === 'now') {
    const version = /^v[12]$/.test(path[0] ?? '') ? (path.shift() ?? '') : '';
    const resource = path.shift();
    if (resource === 'table') return tableApi(instance, request, user, version, path);
    if (resource === 'attachment') return attachmentApi(instance, request, user, path);
    if (resource === 'stats') return statsApi(instance, request, user, path);
    if (resource === 'ui' && path.join('/') === 'user/current_user') return currentUser(instance, request, user);
  }
  if (space === 'sn_km_api' && path.shift() === 'knowledge') return knowledgeApi(instance, request, user, path);
  if (space === 'sn_sc') {
    // Versions are allowed here as well: /api/sn_sc/v1/servicecatalog
    if (path[0] === 'v1') path.shift();
    if (path.shift() === 'servicecatalog') return catalogApi(instance, request, user, path);
  }
  throw noSuchResource();
}

/** The UI's own endpoint (fact sheet §4.7): the id is `user_sys_id`. */
function currentUser(instance: Instance, request: Request, user: User): Reply {
  if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
  const mood = instance.settings.currentUser;
  if (mood === 401) throw notAuthenticated();
  if (mood === 403) throw new ApiError(403, 'User Not Authorized', 'Failed API level ACL Validation');
  const row = instance.db.get('sys_user', user.sysId);
  return json(200, {
    result: {
      user_sys_id: user.sysId,
      user_name: user.userName,
      user_display_name: user.name,
      user_initials: user.name.replace(/(\w)\w*\W*/g, '$1'),
      user_avatar: '',
      title: row?.['title'] ?? '',
    },
  });
}
