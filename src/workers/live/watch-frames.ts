import { randomUUID } from 'node:crypto';
import { isPassing, messageOf } from '../../core/errors.js';
import type { FrameBatch, LiveFrame } from '../../core/frame-topic.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { Logger } from '../../core/logger.js';
import { underOwnSignal } from '../../core/own-signal.js';
import type { Instant } from '../../core/time.js';
import { createTurns } from '../../core/turns.js';
import type { RgbImage } from '../../core/video-tools.js';
import type { LiveCommand } from '../../domain/live/live.js';
import {
  isDue,
  isOpen,
  type LiveAccount,
  newAccount,
  tell,
  withDropped,
  withFrame,
} from '../../domain/live/live-account.js';
import { scoresOf } from '../../domain/media/moderation-classes.js';

/** What became of frames, for whoever counts. */
export type FrameOutcome = 'seen' | 'publisher' | 'queue' | 'unseen';

export interface FrameWatchDependencies {
  readonly inference: InferenceClient;
  /** Undefined of what is no picture that can be read. */
  readonly decode: (jpeg: Uint8Array, signal: AbortSignal) => Promise<RgbImage | undefined>;
  readonly execute: (commandId: string, command: LiveCommand) => Promise<void>;
  readonly now: () => Instant;
  readonly heartbeatSeconds: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly count: (outcome: FrameOutcome, frames: number) => void;
}

/** Looks at batches of frames, and tells of each source what is new and that it is there. */
export interface FrameWatch {
  /** Never rejects for what the frames are. */
  look(batch: FrameBatch): Promise<void>;
  /** Tells of sources of which it is time to, though no frames of theirs come. */
  tellDue(): Promise<void>;
  /** Tells of all that is left. */
  tellAll(): Promise<void>;
}

type Looked = LiveFrame & { readonly image: RgbImage };

export function createFrameWatch(dependencies: FrameWatchDependencies): FrameWatch {
  const { inference, decode, execute, now, heartbeatSeconds, signal, logger, count } = dependencies;
  const accounts = new Map<string, LiveAccount>();
  /** Whoever changes or tells an account has it alone: what is told meanwhile would be told twice, or never. */
  const inTurn = createTurns();

  async function decoded(frames: readonly LiveFrame[], signal: AbortSignal): Promise<Looked[]> {
    const images: Looked[] = [];
    for (const frame of frames) {
      if (frame.jpeg.length === 0) continue;
      const image = await decode(frame.jpeg, signal);
      if (image) images.push({ ...frame, image });
    }
    return images;
  }

  /** What these frames add to an account. Throws where no model can be asked. */
  async function seenIn(
    frames: readonly Looked[],
    signal: AbortSignal,
  ): Promise<(account: LiveAccount) => LiveAccount> {
    if (frames.length === 0) return (account) => account;
    const images = frames.map(({ image }) => image);
    const [tagged, moderated] = await Promise.all([
      inference.infer('tagFrames', { images }, { signal }),
      inference.infer('moderateFrames', { images }, { signal }),
    ]);
    const models = [tagged.model, moderated.model];
    const at = now();
    const seen = frames.map(({ sequence, occurredAt, atSeconds, mark }, index) => ({
      ...{ sequence, occurredAt, atSeconds, opens: mark === 'opens' },
      objects: tagged.answer.objects[index] ?? [],
      scores: scoresOf(moderated.model.provider, moderated.answer.labels[index] ?? {}),
    }));
    return (account) => seen.reduce((sum, frame) => withFrame(sum, frame, { models, now: at }), account);
  }

  /** What cannot be told now is told with what comes next. */
  async function tellOf(sourceId: string): Promise<void> {
    const account = accounts.get(sourceId);
    if (!account || !isOpen(account)) return;
    const { sighting, next } = tell(account, now());
    try {
      await execute(randomUUID(), {
        type: 'RecordLiveFrames',
        data: { sourceId, ...sighting, heartbeatSeconds },
      });
      accounts.set(sourceId, next);
    } catch (error) {
      logger.warn({ sourceId, error: messageOf(error) }, 'what was seen of a live source could not be told');
      if (!isPassing(error)) accounts.delete(sourceId);
    }
  }

  return {
    async look({ sourceId, frames, dropped }) {
      const pictures = frames.filter(({ jpeg }) => jpeg.length > 0);
      // A batch has a signal of its own: that of the process would remember each.
      const { looked, added } = await underOwnSignal(signal, async (own) => {
        const looked = await decoded(pictures, own.signal).catch((error: unknown) => {
          logger.warn({ sourceId, error: messageOf(error) }, 'frames could not be decoded');
          return [];
        });
        const added = await seenIn(looked, own.signal).catch((error: unknown) => {
          logger.warn({ sourceId, error: messageOf(error) }, 'no model looked at frames');
          return undefined;
        });
        return { looked, added };
      });
      const seen = added ? looked.length : 0;
      const unseen = pictures.length - seen;
      for (const [outcome, amount] of [
        ['seen', seen],
        ['publisher', dropped.publisher],
        ['queue', dropped.queue],
        ['unseen', unseen],
      ] as const)
        if (amount > 0) count(outcome, amount);
      const ends = frames.some(({ mark }) => mark === 'ends');
      await inTurn(sourceId, async () => {
        const before = accounts.get(sourceId) ?? newAccount;
        const account = withDropped(added?.(before) ?? before, { ...dropped, unseen });
        accounts.set(sourceId, account);
        if (ends || isDue(account, now(), heartbeatSeconds)) await tellOf(sourceId);
        if (ends) accounts.delete(sourceId);
      });
    },

    async tellDue() {
      for (const sourceId of [...accounts.keys()])
        await inTurn(sourceId, async () => {
          const account = accounts.get(sourceId);
          if (!account) return;
          if (isDue(account, now(), heartbeatSeconds)) await tellOf(sourceId);
          else if (!isOpen(account) && isForgotten(account, now(), heartbeatSeconds))
            accounts.delete(sourceId);
        });
    },

    async tellAll() {
      for (const sourceId of [...accounts.keys()]) await inTurn(sourceId, () => tellOf(sourceId));
    },
  };
}

const FORGOTTEN_AFTER_HEARTBEATS = 10;

/** Of whom nothing was heard for so long that memory is better used for others. */
const isForgotten = ({ told }: LiveAccount, now: Instant, heartbeatSeconds: number): boolean =>
  told.at !== undefined &&
  Date.parse(now) - Date.parse(told.at) > FORGOTTEN_AFTER_HEARTBEATS * heartbeatSeconds * 1000;
