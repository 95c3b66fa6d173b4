import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startServiceNow } from '../../sandbox/servicenow/server.ts';
import { type Printed, QUESTIONS } from './questions.ts';

/** `npm run foreign-clients`: ServiceNow's own client against our simulator. It is 340 MB, so it lives outside the project. */
const SDK = '@servicenow/sdk@4.9.0';
const run = promisify(execFile);

const printed = z.looseObject({
  ok: z.boolean(),
  records: z.array(z.record(z.string(), z.unknown())).optional(),
  hasMore: z.boolean().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

const folder = mkdtempSync(join(tmpdir(), 'foreign-clients-'));
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  console.error(`Installing ${SDK} …`);
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', SDK], { cwd: folder });
  const wrong = [...(await ask('admin', 'ann.admin')), ...(await ask('nobody', 'ada.requester'))];
  console.log(`${QUESTIONS.length} questions, asked twice: ${wrong.length} answers differ from the documents.`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns what was answered in another way than the documents say */
async function ask(who: 'admin' | 'nobody', clientCredentialsUser: string): Promise<string[]> {
  const instance = await startServiceNow({ clientCredentialsUser });
  const wrong: string[] = [];
  try {
    for (const question of QUESTIONS) {
      const answer = await query(instance, question.args);
      const fits = question[who](answer);
      console.log(`${fits ? 'ok   ' : 'WRONG'} ${who}: ${question.about}`);
      if (fits) continue;
      wrong.push(question.about);
      console.log(`      ${JSON.stringify(answer).slice(0, 400)}`);
    }
  } finally {
    await instance.close();
  }
  return wrong;
}

type Instance = { url: string; clientId: string; clientSecret: string };

async function query({ url, clientId, clientSecret }: Instance, args: string[]): Promise<Printed> {
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
