// A Redis-compatible server in pure JavaScript, in a thread of its own. In memory and slow: good enough to try the product
// and to pass the tests on a machine that has only Node. Plain JavaScript, because worker threads bypass the loader that
// the sandbox and Jest use for TypeScript.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createRedisCommandExecutor, RedisServerState, Resp2Server } from 'js-redis-server/core';

const resp = new Resp2Server({
  server: new RedisServerState({ databaseCount: workerData.databases }),
  executor: createRedisCommandExecutor({}),
});
// It answers in small pieces, which would each wait 40 ms for the client to acknowledge the one before.
resp.server.on('connection', (socket) => socket.setNoDelay(true));
resp.server.listen({ host: '127.0.0.1', port: 0 });
await once(resp.server, 'listening');
parentPort.postMessage(resp.server.address().port);
