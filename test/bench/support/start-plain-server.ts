import { runTypeScript } from '../../support/typescript-process.js';

/**
 * `fastify` serves `/segment` (the file) and `/items/0`… from memory, as the array in `itemsFile` has them; `receiver`
 * appends every body to the file.
 */
export async function startPlainServer(
  kind: 'fastify' | 'receiver',
  file: string,
  itemsFile?: string,
): Promise<{ readonly port: number; readonly pid: number; stop(): Promise<void> }> {
  const server = runTypeScript(new URL('./plain-server.ts', import.meta.url), [
    kind,
    file,
    ...(itemsFile === undefined ? [] : [itemsFile]),
  ]);
  const ready = await server.readJsonLine<{ port: number }>();
  if (!ready) throw new Error(`The plain ${kind} server did not start`);
  return {
    port: ready.port,
    pid: server.child.pid ?? 0,
    async stop() {
      server.child.kill('SIGKILL');
      await server.ended;
    },
  };
}
