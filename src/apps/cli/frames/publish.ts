import { MediaFlowError } from '../../../core/errors.js';
import { type Client, createClient } from '../client.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { ownConfig } from '../own-config.js';
import type { ServerContext } from '../server-command.js';
import { createPace } from '../terminal/progress-bar.js';
import { printable } from '../terminal/text.js';
import { createFrameOutbox, type FrameCounts } from './frame-outbox.js';
import { publishSource } from './publish-source.js';

export interface PublishOptions {
  readonly name?: string;
  readonly every: number;
  readonly once?: boolean;
}

/** For what is said after Ctrl-C. */
const GOODBYE_MILLISECONDS = 5_000;

const summaryOf = ({ sent, dropped, pushedOut }: FrameCounts): string =>
  [
    `${sent} frames sent`,
    ...(dropped > 0 ? [`${dropped} dropped here`] : []),
    ...(pushedOut > 0 ? [`${pushedOut} dropped by the server, which looks at fewer`] : []),
  ].join(', ');

/** `frames publish`. */
export async function publish(
  { io, client, output, signal }: ServerContext,
  { name, every: everySeconds, once = false }: PublishOptions,
  given: string,
) {
  const { openLiveSource } = await import('../../wire/open-live-source.js');
  const source = await openLiveSource(given, ownConfig(io.env)).catch(asFailure);
  const shownName = name ?? source.name;
  async function begin(): Promise<string> {
    const begun = await client.startLive({ name: shownName, kind: source.kind, everySeconds });
    output.json({ event: 'started', sourceId: begun.sourceId }, { compact: true });
    output.note(`${printable(shownName)} is live source ${begun.sourceId}`);
    return begun.sourceId;
  }
  let sourceId = await begin();

  let trouble: string | undefined;
  const pace = createPace();
  const outbox = createFrameOutbox({
    async send(frames, droppedBefore) {
      const body = frames.map(({ jpeg, ...frame }) => ({ ...frame, jpeg: jpeg.toString('base64') }));
      const send = () => client.publishFrames(sourceId, { frames: body, droppedBefore });
      const answer = await send().catch(async (error: unknown) => {
        // After a day without a word it was taken for gone, or somebody ended it.
        if (!(error instanceof CliFailure) || error.code !== 'live_source_closed') throw error;
        sourceId = await begin();
        return send();
      });
      if (trouble !== undefined) output.note('the server takes frames again');
      trouble = undefined;
      return answer;
    },
    onCounts(counts) {
      pace.reached(counts.sent, performance.now() / 1000);
      const perSecond = pace.perSecond();
      const speed = perSecond === undefined ? '' : `, ${perSecond.toFixed(1)} a second`;
      output.live([`${summaryOf(counts)}${speed}`]);
    },
    onTrouble(error) {
      if (signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      if (text !== trouble) output.note(`frames are dropped: ${text}`);
      trouble = text;
    },
  });

  const goodbye = createClient({
    ...{ url: client.url, apiKey: io.env.MEDIAFLOW_API_KEY || undefined },
    signal: new AbortController().signal,
  });
  try {
    const reason = await publishSource({
      ...{ source, everySeconds, once, signal, random: Math.random },
      put: outbox.put,
      async onInterrupted({ code, message }, retryInSeconds, nextSequence) {
        const seconds = Math.max(1, Math.round(retryInSeconds));
        output.note(`${message} (${code}) Trying again in ${seconds} s.`);
        output.json({ event: 'interrupted', code, retryInSeconds }, { compact: true });
        // That it is told is worth less than that it is tried again.
        await client.interruptLive(sourceId, { code, retryInSeconds, nextSequence }).catch(() => {});
      },
    });
    if (!signal.aborted) await outbox.drained();
    await end(goodbye, sourceId, { reason, ...droppedAtLast(await outbox.close()) });
  } catch (error) {
    const code = error instanceof MediaFlowError ? error.code : 'unexpected_error';
    await end(goodbye, sourceId, { reason: 'failed', code, ...droppedAtLast(await outbox.close()) });
    return asFailure(error);
  }
  output.end();
  output.json({ event: 'ended', sourceId, ...outbox.counts() }, { compact: true });
  output.line(`${summaryOf(outbox.counts())}.`);
  return undefined;
}

/** Servers of earlier releases know no such thing, and need not where there is none. */
const droppedAtLast = (frames: number) => (frames > 0 ? { droppedBefore: frames } : {});

/** Who hears nothing of it finds out by the silence. */
async function end(client: Client, sourceId: string, how: Parameters<Client['endLive']>[1]) {
  const late = new Promise<void>((resolve) => setTimeout(resolve, GOODBYE_MILLISECONDS).unref());
  await Promise.race([client.endLive(sourceId, how).catch(() => {}), late]);
}

function asFailure(error: unknown): never {
  if (error instanceof MediaFlowError) throw new CliFailure(EXIT.failed, error.code, error.message);
  throw error;
}
