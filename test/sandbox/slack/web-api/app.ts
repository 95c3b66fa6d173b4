/** Methods about the app itself: tokens, connections, validation. */
import { inSlacksWords, validateBlocks, validateView } from '../block-kit/validate.ts';
import { ApiError } from '../errors.ts';
import { asJson } from '../json.ts';
import { exchangeCode, revokeBotToken, uninstallApp } from '../oauth.ts';
import type { Methods } from './method.ts';

export const appMethods: Methods = {
  'api.test': { tier: 4, token: 'none', run: ({ args }) => (Object.keys(args).length > 0 ? { args } : undefined) },
  'auth.test': {
    tier: 'many',
    run: ({ sim, workspace }) => ({
      url: `${sim.url}/`,
      team: workspace.team.name,
      user: workspace.bot.name,
      team_id: workspace.team.id,
      ...(workspace.enterprise ? { enterprise_id: workspace.enterprise.id } : {}),
      user_id: workspace.bot.userId,
      bot_id: workspace.bot.id,
      is_enterprise_install: false,
    }),
  },
  'auth.revoke': {
    tier: 3,
    run: ({ sim, workspace, args }) => {
      if (args['test'] === 'true' || args['test'] === true) return { revoked: false };
      revokeBotToken(sim, workspace);
      return { revoked: true };
    },
  },
  'apps.uninstall': {
    tier: 1,
    required: ['client_id', 'client_secret'],
    run: ({ sim, workspace, args }) => {
      if (args['client_id'] !== sim.app.clientId) throw new ApiError('invalid_client_id');
      if (args['client_secret'] !== sim.app.clientSecret) throw new ApiError('bad_client_secret');
      void uninstallApp(sim, workspace);
      return undefined;
    },
  },
  'apps.connections.open': {
    tier: 1,
    token: 'app',
    run: ({ sim }) => ({ url: sim.sockets.ticket() }),
  },
  'oauth.v2.access': { tier: 4, token: 'none', run: exchangeCode },
  'blocks.validate': {
    tier: 4,
    token: 'none',
    run: ({ args }) => {
      const given = ['blocks', 'message', 'view'].filter((name) => args[name] !== undefined);
      if (given.length !== 1)
        throw new ApiError('invalid_arguments', {
          response_metadata: { messages: ['[ERROR] provide exactly one of blocks, message, view'] },
        });
      const { blocks, message, view } = args;
      const errors =
        view !== undefined
          ? validateView(view, '')
          : validateBlocks(blocks ?? asJson(message)['blocks'] ?? [], 'message', blocks === undefined ? '/blocks' : '');
      if (errors.length === 0) return undefined;
      throw new ApiError(`invalid_${given[0]}`, {
        errors: errors.map((error) => ({ ...error, code: 'failed_constraint' })),
        response_metadata: { messages: errors.map(inSlacksWords) },
      });
    },
  },
};
