import { ApiError } from '../errors.ts';
import { asJson, asList, asText } from '../json.ts';
import { addMessage, announce } from '../messages.ts';
import { fileJson } from '../shapes.ts';
import { channelArg, type Methods, mustBeMember } from './method.ts';

export const fileMethods: Methods = {
  'files.info': {
    tier: 4,
    scopes: ['files:read'],
    required: ['file'],
    run: ({ sim, workspace, args }) => {
      const file = workspace.files.get(asText(args['file']));
      if (!file) throw new ApiError('file_not_found');
      return { file: fileJson(sim, workspace, file), comments: [], response_metadata: { next_cursor: '' } };
    },
  },
  'files.getUploadURLExternal': {
    tier: 4,
    scopes: ['files:write'],
    required: ['filename', 'length'],
    run: ({ sim, workspace, args }) => {
      const length = Number(args['length']);
      if (!Number.isInteger(length) || length < 1) throw new ApiError('invalid_arguments');
      const id = sim.ids.next('F');
      sim.uploads.set(id, { workspace, name: asText(args['filename']), length });
      return { upload_url: `${sim.url}/upload/v1/${id}/${sim.ids.secret('upload')}`, file_id: id };
    },
  },
  'files.completeUploadExternal': {
    tier: 4,
    scopes: ['files:write'],
    required: ['files'],
    run: (call) => {
      const { sim, workspace, args } = call;
      const wanted = asList(args['files']).map(asJson);
      if (wanted.length === 0) throw new ApiError('invalid_arguments');
      const target = asText(args['channel_id'] ?? args['channels']);
      const channel = target ? channelArg({ ...call, args: { channel: target } }) : undefined;
      if (channel) mustBeMember(call, channel);
      const files = wanted.map((one) => {
        const id = asText(one['id']);
        const upload = sim.uploads.get(id);
        if (!upload?.bytes) throw new ApiError('file_not_found');
        const file = {
          id,
          name: upload.name,
          title: asText(one['title']) || upload.name,
          mimetype: 'application/octet-stream',
          bytes: upload.bytes,
          user: workspace.bot.userId,
          created: Math.floor(sim.now() / 1000),
          channels: [],
        };
        workspace.files.set(id, file);
        sim.uploads.delete(id);
        return file;
      });
      if (channel) {
        const threadTs = asText(args['thread_ts']);
        const message = addMessage(sim, workspace, channel, {
          user: workspace.bot.userId,
          botId: workspace.bot.id,
          text: asText(args['initial_comment']),
          fileIds: files.map((file) => file.id),
          ...(threadTs ? { threadTs } : {}),
        });
        void announce(sim, workspace, channel, message);
      }
      return { files: files.map((file) => fileJson(sim, workspace, file)) };
    },
  },
};
