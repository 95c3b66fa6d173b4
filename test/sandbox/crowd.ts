/**
 * People beside the seeded ones, the same in both simulators: `watcher1`, `watcher2`, … Every third is an agent and sees
 * every ticket; the others see their own.
 */
export type CrowdName = `watcher${number}`;

export type CrowdMember = { name: CrowdName; realName: string; email: string; staff: boolean };

export const crowdOf = (count: number): CrowdMember[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `watcher${index + 1}`,
    realName: `Watcher${index + 1} ${index % 3 === 0 ? 'Agent' : 'Requester'}`,
    email: `watcher${index + 1}@example.com`,
    staff: index % 3 === 0,
  }));
