import { takeTrigger } from '../capabilities.ts';
import { ApiError } from '../errors.ts';
import { viewJson } from '../shapes.ts';
import { checkView, openView, publishHome, pushView, updateView } from '../views.ts';
import { findView } from '../workspace.ts';
import { type Methods, userArg } from './method.ts';

export const viewMethods: Methods = {
  'views.open': {
    tier: 4,
    required: ['trigger_id', 'view'],
    run: ({ sim, workspace, args }) => {
      checkView(workspace, args['view'], 'modal');
      const trigger = takeTrigger(sim, workspace, args['trigger_id']);
      return { view: viewJson(sim, workspace, openView(sim, workspace, trigger.userId, args['view'])) };
    },
  },
  'views.push': {
    tier: 4,
    required: ['trigger_id', 'view'],
    run: ({ sim, workspace, args }) => {
      checkView(workspace, args['view'], 'modal');
      const trigger = takeTrigger(sim, workspace, args['trigger_id']);
      // Only an interaction inside an open modal gives a trigger that can push.
      if (!trigger.viewId || findView(workspace, trigger.viewId)?.type !== 'modal')
        throw new ApiError('invalid_trigger_id');
      return { view: viewJson(sim, workspace, pushView(sim, workspace, trigger.userId, args['view'])) };
    },
  },
  'views.update': {
    tier: 4,
    required: ['view'],
    run: ({ sim, workspace, args }) => ({ view: viewJson(sim, workspace, updateView(sim, workspace, args)) }),
  },
  'views.publish': {
    tier: 4,
    required: ['user_id', 'view'],
    run: (call) => {
      const { sim, workspace, args } = call;
      if (!sim.manifest.features?.app_home?.home_tab_enabled) throw new ApiError('not_enabled');
      const user = userArg(call, 'user_id');
      return { view: viewJson(sim, workspace, publishHome(sim, workspace, user.id, args['view'], args['hash'])) };
    },
  },
};
