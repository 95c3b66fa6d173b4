import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type ServiceNow, startServiceNow } from '../../sandbox/servicenow/server.ts';
import { type Printed, QUESTIONS } from './now-sdk-questions.ts';
import { installed } from './npm.ts';
import { type Verdict, verdict } from './verdict.ts';

/** It is 340 MB, so it lives outside the project. */
const SDK = '@servicenow/sdk@4.9.0';
const run = promisify(execFile);

const printed = z.looseObject({
  ok: z.boolean(),
  records: z.array(z.record(z.string(), z.unknown())).optional(),
  hasMore: z.boolean().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

/** ServiceNow's own client asks as an administrator, and as somebody without a role. */
export const playNowSdk = (): Promise<Verdict[]> =>
  installed([SDK], async (folder) => [
    ...(await ask(folder, 'admin', 'ann.admin')),
    ...(await ask(folder, 'nobody', 'ada.requester')),
  ]);

async function ask(folder: string, who: 'admin' | 'nobody', clientCredentialsUser: string): Promise<Verdict[]> {
  const instance = await startServiceNow({ clientCredentialsUser });
  const verdicts: Verdict[] = [];
  try {
    for (const question of QUESTIONS) {
      const answer = await query(folder, instance, question.args);
      const wrong = question[who](answer) ? [] : [JSON.stringify(answer)];
      verdicts.push(verdict(`now-sdk, ${who}`, question.about, wrong));
    }
  } finally {
    await instance.close();
  }
  return verdicts;
}

async function query(
  folder: string,
  { url, clientId, clientSecret }: Pick<ServiceNow, 'url' | 'clientId' | 'clientSecret'>,
  args: string[],
): Promise<Printed> {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    SN_SDK_NODE_ENV: 'SN_SDK_CI_INSTALL',
    SN_SDK_AUTH_TYPE: 'oauth',
    SN_SDK_INSTANCE_URL: url,
    SN_SDK_OAUTH_CLIENT_ID: clientId,
    SN_SDK_OAUTH_CLIENT_SECRET: clientSecret,
  };
  const command = join(folder, 'node_modules/.bin/now-sdk');
  // It ends with 1 where the instance refused, and prints why.
  const { stdout } = await run(command, ['query', ...args, '-o', 'json'], { cwd: folder, env }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const answer = printed.parse(JSON.parse(stdout));
  return {
    ok: answer.ok,
    records: answer.records ?? [],
    ...(answer.error ? { error: answer.error } : {}),
    hasMore: answer.hasMore ?? false,
  };
}
