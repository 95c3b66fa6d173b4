/** Arguments as Slack takes them: form fields or JSON; structured ones are JSON text inside a form. */
import { ApiError } from '../errors.ts';
import { isJson } from '../json.ts';
import type { Json } from '../types.ts';

const STRUCTURED: Record<string, string> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  view: 'invalid_arguments',
  metadata: 'invalid_metadata_format',
  unfurls: 'invalid_unfurls_format',
  files: 'invalid_arguments',
  message: 'invalid_arguments',
  user_auth_blocks: 'invalid_blocks_format',
};

export type Parsed = { args: Json; problem?: ApiError };

export function parseArgs(contentType: string, body: Buffer, query: URLSearchParams): Parsed {
  const args: Json = Object.fromEntries(query);
  if (contentType.startsWith('application/json')) {
    const parsed = tryJson(body.toString());
    if (!isJson(parsed)) return { args, problem: new ApiError('invalid_json') };
    Object.assign(args, parsed);
  } else if (contentType.startsWith('application/x-www-form-urlencoded')) {
    Object.assign(args, Object.fromEntries(new URLSearchParams(body.toString())));
  } else if (body.length > 0) return { args, problem: new ApiError('invalid_post_type') };
  for (const [name, code] of Object.entries(STRUCTURED)) {
    if (typeof args[name] !== 'string') continue;
    const parsed = tryJson(args[name]);
    if (parsed === undefined) return { args, problem: new ApiError(code) };
    args[name] = parsed;
  }
  return { args };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
