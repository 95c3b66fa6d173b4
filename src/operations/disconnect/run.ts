import type { Tools } from '../tools.ts';

export type Result = Awaited<ReturnType<Tools['disconnect']>>;

export async function run({ disconnect, log }: Pick<Tools, 'disconnect' | 'log'>): Promise<Result> {
  const result = await disconnect();
  log.info({ result }, 'disconnected');
  return result;
}
