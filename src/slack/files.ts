import { fetch } from 'undici';
import { RefusedError, UnavailableError } from '../errors.ts';
import { wayOut } from '../outbound.ts';
import type { Person } from '../redis/keys.ts';
import { refusedWith, slackCall } from './call.ts';
import type { Installations } from './installations.ts';
import { isSlacks } from './reply.ts';

type SlackFile = { name: string; type: string; bytes: number; open: () => Promise<ReadableStream> };

const TIMEOUT_MS = 5 * 60_000;

/** Files that people attach in a form. They are streamed, never held whole. */
export function createFiles(installations: Installations, apiUrl: string) {
  const agent = wayOut();
  return {
    /**
     * @param isShown Slack itself has named it as part of a message that the person chose
     * @throws {BridgeError} from itself where Slack does not know the file, from `open` where it cannot be read
     */
    async find(person: Person, fileId: string, { isShown = false } = {}): Promise<SlackFile> {
      const client = await installations.client(person);
      const { file } = await slackCall(() => client.files.info({ file: fileId })).catch((error: unknown) => {
        // The ticket does not wait for a permission that may never come.
        throw refusedWith(error, 'missing_scope') ? unreadable('missing_scope') : error;
      });
      const url = file?.url_private_download ?? file?.url_private ?? '';
      const type = file?.mimetype || 'application/octet-stream';
      if (file?.is_external || file?.mode === 'external') throw unreadable('not in Slack', 'file-elsewhere');
      // A file's owner is asked of Slack, not taken from the form: nobody attaches what is not theirs.
      if (!file || (!isShown && file.user !== person.user) || !isSlacks(url, apiUrl))
        throw unreadable('not this person’s file');
      const bytes = file.size ?? 0;
      return {
        name: file.name || file.title || 'file',
        type,
        bytes,
        open: async () => {
          const response = await fetch(url, {
            redirect: 'manual',
            dispatcher: agent,
            signal: AbortSignal.timeout(TIMEOUT_MS),
            // As it is: compressed on the way, its length would be another one.
            headers: { authorization: `Bearer ${client.token}`, 'accept-encoding': 'identity' },
          }).catch((cause) => {
            throw new UnavailableError('slack-unavailable', 'file: no answer', { cause });
          });
          const isLoginPage =
            response.headers.get('content-type')?.startsWith('text/html') && !type.startsWith('text/html');
          if (!response.ok || !response.body || isLoginPage) {
            await response.body?.cancel();
            if (response.status >= 500)
              throw new UnavailableError('slack-unavailable', `file: status ${response.status}`);
            throw unreadable(`status ${response.status}`);
          }
          const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
          if (length !== null && Number(length) !== bytes) {
            await response.body.cancel();
            throw unreadable(`${length} bytes for ${bytes}`, 'file-size');
          }
          return exactly(bytes, response.body as ReadableStream<Uint8Array>);
        },
      };
    },
    close: () => agent.close(),
  };
}

export type Files = ReturnType<typeof createFiles>;

const unreadable = (detail: string, status = 'file') =>
  new RefusedError('rejected', status, detail, ['errors.slack-file']);

/** ServiceNow is told the size first, so a body of another size would look like its own trouble. */
const exactly = (bytes: number, body: ReadableStream<Uint8Array>): ReadableStream => {
  let seen = 0;
  const wrong = () => unreadable(`${seen} bytes for ${bytes}`, 'file-size');
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.length;
        if (seen > bytes) controller.error(wrong());
        else controller.enqueue(chunk);
      },
      flush(controller) {
        if (seen !== bytes) controller.error(wrong());
      },
    }),
  );
};
