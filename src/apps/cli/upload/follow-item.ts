import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaItem } from '../answers.js';
import type { Client } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

const POLL_MILLISECONDS = 400;
/** A restart of the server, or a view that has not seen the item yet, is waited out. */
const PATIENCE_MILLISECONDS = 60_000;

const isSettled = ({ status }: MediaItem): boolean => status !== 'uploading' && status !== 'processing';

/** Resolves when the item is published, in review, rejected, failed or deleted. */
export async function followItem(
  client: Client,
  mediaId: string,
  options: {
    readonly after: string | undefined;
    /** How long it is waited for; undefined: as long as it takes. */
    readonly timeoutSeconds: number | undefined;
    readonly signal: AbortSignal;
    readonly onChange: (item: MediaItem) => void;
  },
): Promise<MediaItem> {
  const beganAt = performance.now();
  let lastAnswerAt = beganAt;
  for (;;) {
    try {
      const item = await client.media(mediaId, options.after);
      lastAnswerAt = performance.now();
      options.onChange(item);
      if (isSettled(item)) return item;
    } catch (error) {
      const isPatient = performance.now() - lastAnswerAt < PATIENCE_MILLISECONDS;
      if (!isPatient || !mayPass(error)) throw error;
    }
    const { timeoutSeconds } = options;
    if (timeoutSeconds !== undefined && performance.now() - beganAt > timeoutSeconds * 1000)
      throw new CliFailure(
        EXIT.failed,
        'no_answer',
        `It is not settled within ${timeoutSeconds} s.`,
        'The server goes on with it.',
      );
    await sleep(POLL_MILLISECONDS, undefined, { signal: options.signal });
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof CliFailure && (error.exitCode === EXIT.unreachable || error.exitCode === EXIT.notFound);

export const exitCodeOf = ({ status }: MediaItem): ExitCode => {
  if (status === 'published') return EXIT.ok;
  return status === 'in_review' ? EXIT.inReview : EXIT.notPublished;
};
