import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../core/errors.js';
import type { VideoTools } from '../../core/video-tools.js';
import type { Storage } from '../wire/open-storage.js';

const CHECK_TIMEOUT_MILLISECONDS = 2000;

type Check = { readonly status: 'ok' | 'degraded' | 'failed'; readonly detail?: string };

const within = <T>(promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MILLISECONDS).unref(),
    ),
  ]);

const checked = async (work: () => Promise<Check>): Promise<Check> => {
  try {
    return await within(work());
  } catch (error) {
    return { status: 'failed', detail: messageOf(error) };
  }
};

/** `live`: the process runs. `ready`: it can take work; every dependency is named, with what is wrong with it. */
export function healthRoutes(
  server: FastifyInstance,
  dependencies: { readonly storage: Storage; readonly tools: VideoTools; readonly stopping: AbortSignal },
): void {
  const { storage, tools, stopping } = dependencies;

  const checks: Readonly<Record<string, () => Promise<Check>>> = {
    database: async () => {
      await storage.database.query('select 1');
      return { status: 'ok' };
    },
    eventStore: async () => ({ status: 'ok', detail: `head ${await storage.store.head()}` }),
    blobStore: async () => {
      const freeBytes = await storage.blobs.freeBytes();
      return {
        status: 'ok',
        detail: freeBytes === undefined ? 'free space unknown' : `${freeBytes} bytes free`,
      };
    },
    videoTools: async () => {
      const { ffmpeg, ffprobe } = await tools.describe();
      const missing = [ffmpeg, ffprobe].flatMap((tool) => (tool.available ? [] : [tool.reason]));
      // Uploads are taken and kept without them; processing waits until they are there.
      if (missing.length > 0) return { status: 'degraded', detail: missing.join('; ') };
      return {
        status: 'ok',
        detail: [ffmpeg, ffprobe].map((tool) => (tool.available ? tool.version : '')).join(', '),
      };
    },
    projections: async () => {
      const failed = (await storage.projectionStatuses()).filter(({ status }) => status === 'failed');
      return failed.length === 0
        ? { status: 'ok' }
        : { status: 'degraded', detail: `failed: ${failed.map(({ name }) => name).join(', ')}` };
    },
  };

  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await checked(check)] as const),
    );
    const isReady = !stopping.aborted && results.every(([, { status }]) => status !== 'failed');
    return reply.status(isReady ? 200 : 503).send({
      status: stopping.aborted ? 'stopping' : isReady ? 'ready' : 'not_ready',
      dependencies: Object.fromEntries(results),
    });
  });
}
