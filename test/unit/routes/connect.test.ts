import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import type { Connect } from '../../../src/accounts/connect.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { connectRoutes } from '../../../src/routes/connect.ts';
import { createWeb } from '../../../src/routes/index.ts';
import { ADA, readableLog } from '../support.ts';

test('a link that was made is not denied where the store goes away before the person is told', async () => {
  const { log, lines } = readableLog();
  const user = { sysId: 'a'.repeat(32), userName: 'ada', name: 'Ada Byron', email: 'ada@x.org', active: true };
  const { callback } = connectRoutes({
    connect: { finish: async () => ({ kind: 'linked', person: ADA, user }) } as unknown as Connect,
    profileOf: async () => ({ name: 'Ada', email: 'ada@x.org', active: true }),
    workspaceName: async () => 'House',
    enqueue: () => Promise.reject(new UnavailableError('store-unavailable', 'resume-after-connect not enqueued')),
    instance: 'dev1',
    secureCookies: false,
    log,
  });
  const routes = [{ method: 'get' as const, path: '/callback', handle: callback }];
  const server = createServer(createWeb({ routes, instanceUrl: 'https://dev1', secure: false, log }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const response = await fetch(`http://127.0.0.1:${port}/callback?code=x&state=y`);
    const page = await response.text();
    expect(page).not.toContain('Nothing was connected');
    expect(page).toContain('Slack now acts in ServiceNow (dev1) as Ada Byron (ada)');
    expect(page).toContain('I could not leave you a message in Slack just now');
    expect(response.status).toBe(200);
    expect(lines.filter((line) => line.includes('linked, but nobody was told'))).toHaveLength(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
