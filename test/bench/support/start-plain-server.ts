import { runTypeScript } from '../../support/typescript-process.js';

/** `fastify` serves `/item` (the JSON, from memory) and `/segment` (the file); `copier` writes every body to the file. */
export async function startPlainServer(
  kind: 'fastify' | 'copier',
  file: string,
  json = '{}',
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = runTypeScript(new URL('./plain-server.ts', import.meta.url), [kind, file, json]);
  const ready = await server.readJsonLine<{ port: number }>();
  if (!ready) throw new Error(`The plain ${kind} server did not start`);
  return {
    port: ready.port,
    async stop() {
      server.child.kill('SIGKILL');
      await server.ended;
    },
  };
}
