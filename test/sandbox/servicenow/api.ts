import { json, noSuchResource, type Request } from './http.ts';
import type { Instance } from './instance.ts';
import { tableApi } from './table-api.ts';
import { ApiError, type Reply, type User } from './types.ts';

/** Everything below `/api`, for a user who has been authenticated. */
export function api(instance: Instance, request: Request, user: User): Reply {
  const [space = '', ...path] = request.url.pathname.slice('/api/'.length).split('/').filter(Boolean);
  if (space === 'now') {
    const version = /^v[12]$/.test(path[0] ?? '') ? (path.shift() ?? '') : '';
    const resource = path.shift();
    if (resource === 'table') return tableApi(instance, request, user, version, path);
    if (resource === 'ui' && path.join('/') === 'user/current_user') return currentUser(instance, request, user);
  }
  throw noSuchResource();
}

/** The UI's own endpoint (fact sheet §4.7): the id is `user_sys_id`. */
function currentUser(instance: Instance, request: Request, user: User): Reply {
  if (request.method !== 'GET') throw new ApiError(405, 'Method not supported');
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
