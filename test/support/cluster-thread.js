// A Redis Cluster of three nodes in pure JavaScript, in a thread of its own: the end of the thread ends whatever it waits for.
import { parentPort } from 'node:worker_threads';
import { createRedisServer } from 'js-redis-server';

const { nodes } = await createRedisServer({ cluster: { masters: 3 } });
parentPort.postMessage(nodes[0].port);
