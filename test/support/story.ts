import { afterEach } from '@jest/globals';
import { expectNoViolations } from './filing.ts';
import { type Flow, type FlowOptions, startFlow } from './flow.ts';

/**
 * For files in which each test has a house of its own: it is closed after the test, and its neighbours are asked.
 * @param ending what holds at the end of every story, asked while the house still stands
 */
export function storyStarter(ending?: (flow: Flow) => Promise<void>): (options?: FlowOptions) => Promise<Flow> {
  const open: Flow[] = [];
  afterEach(async () => {
    const told = open.splice(0);
    try {
      for (const flow of told) await ending?.(flow);
    } finally {
      await Promise.all(told.map((flow) => flow.close()));
    }
    for (const flow of told) expectNoViolations(flow);
  });
  return async (options) => {
    const flow = await startFlow(options);
    open.push(flow);
    return flow;
  };
}
