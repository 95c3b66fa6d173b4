import { ApiError } from '../errors.ts';
import { asFlag, asText } from '../json.ts';
import { userJson } from '../shapes.ts';
import { type Call, type Methods, userArg } from './method.ts';

/** The e-mail is in the profile only for apps with `users:read.email`. */
const shown = (call: Call, user: Parameters<typeof userJson>[1]) =>
  userJson(call.workspace, user, {
    email: call.scopes.includes('users:read.email'),
    locale: asFlag(call.args['include_locale']),
  });

export const peopleMethods: Methods = {
  'users.info': {
    tier: 4,
    scopes: ['users:read'],
    required: ['user'],
    run: (call) => ({ user: shown(call, userArg(call)) }),
  },
  'users.lookupByEmail': {
    tier: 3,
    scopes: ['users:read.email'],
    required: ['email'],
    run: (call) => {
      const email = asText(call.args['email']).toLowerCase();
      const user = [...call.workspace.users.values()].find((one) => one.email === email && !one.deleted);
      if (!user || !email) throw new ApiError('users_not_found');
      return { user: shown(call, user) };
    },
  },
  'bots.info': {
    tier: 3,
    scopes: ['users:read'],
    run: ({ sim, workspace, args }) => {
      if (args['bot'] !== workspace.bot.id) throw new ApiError('bot_not_found');
      const { id, userId } = workspace.bot;
      const icons = { image_36: '', image_48: '', image_72: '' };
      return {
        bot: { id, deleted: false, name: sim.app.name, updated: 0, app_id: sim.app.id, user_id: userId, icons },
      };
    },
  },
  'team.info': {
    tier: 3,
    scopes: ['team:read'],
    run: ({ sim, workspace }) => ({
      team: {
        ...workspace.team,
        url: `${sim.url}/`,
        email_domain: 'example.com',
        icon: { image_default: true },
        is_verified: false,
      },
    }),
  },
};
