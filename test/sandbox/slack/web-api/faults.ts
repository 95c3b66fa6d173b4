/** Failures on demand. */
import type { Sim } from '../core.ts';
import type { Fault } from '../types.ts';

/** The first fault that hits this call; it is used up by that. */
export function takeFault(sim: Sim, method: string): Fault | undefined {
  const hits = ({ method: wanted }: Fault) =>
    wanted === undefined || (typeof wanted === 'string' ? wanted === method : wanted.test(method));
  for (const fault of sim.faults) {
    if (!hits(fault) || fault.times === 0) continue;
    if (fault.probability !== undefined && sim.random() >= fault.probability) continue;
    if (fault.times !== undefined) fault.times -= 1;
    return fault;
  }
  return undefined;
}
