import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import { boundedTexts, tidyText } from '../core/found-text.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { ReadLine } from '../core/inference/read-lines.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf, MediaCommandOf } from '../domain/media/media-commands.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { keepDerivatives } from './keep-derivatives.js';
import { looksTheSame } from './looks-the-same.js';
import { throttledProgress } from './throttled-progress.js';

/** Tesseract is never so sure of a texture. */
const SURE_OF_LINE = 0.8;
/** Of what stands there without a break it is told once; of what comes back after so long, again. */
const FORGOTTEN_AFTER_SECONDS = 60;
/** A film of dense pages would take its thread for an hour: what has not been read by then is left unread. */
const MOST_SECONDS = 600;
const MOST_LINES = 2000;
const MOST_CHARACTERS_A_LINE = 500;

/** Reading of the frames; taking them is the rest of the work. */
const READING_SHARE = 0.7;
const FILE = 'text.json';

interface LineRead extends Pick<ReadLine, 'confidence' | 'box'> {
  readonly atSeconds: number;
  readonly text: string;
}

/** Has a model read what stands in frames, in order of time, and gives the command that tells of it. Those that look like the one before are not read. */
export async function readText(
  {
    blobs,
    inference,
    policy,
  }: { readonly blobs: BlobStore; readonly inference: InferenceClient; readonly policy: ModerationPolicy },
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    /** Empty. */
    readonly folder: string;
    readonly context: WorkerContext;
  },
): Promise<MediaCommandOf<'RecordText'>> {
  const { held, frames, folder, context } = of;
  const { signal } = context;
  const tell = throttledProgress(held, context);
  const until = Date.parse(context.now()) + MOST_SECONDS * 1000;
  // Who asks of no frame hears whom it would have asked.
  let { model } = await inference.infer('readText', { images: [] }, { signal });
  const lines: LineRead[] = [];
  const lastSeen = new Map<string, number>();
  let before: SampledFrame | undefined;
  let found: readonly ReadLine[] = [];
  for (const [index, frame] of frames.entries()) {
    if (Date.parse(context.now()) > until) break;
    if (!before || !looksTheSame(before.image, frame.image)) {
      const read = await inference.infer('readText', { images: [frame.image] }, { signal });
      model = read.model;
      found = (read.answer.lines[0] ?? []).filter(({ confidence }) => confidence >= SURE_OF_LINE);
      before = frame;
    }
    lines.push(...newLines(found, frame.atSeconds, lastSeen));
    tell({ fraction: 1 - READING_SHARE + (READING_SHARE * (index + 1)) / frames.length });
  }
  const kept = lines.slice(0, MOST_LINES);
  if (kept.length === 0) return { type: 'RecordText', data: { ...held, model, derivatives: [], texts: [] } };
  await writeFile(join(folder, FILE), JSON.stringify({ lines: kept }));
  const files = [{ name: FILE, details: { lineCount: kept.length } }];
  const { data } = await keepDerivatives(blobs, { held, folder, files, context });
  const texts = boundedTexts([{ language: null, streamIndex: null, lines: kept.map(toTextLine) }]);
  return { type: 'RecordText', data: { ...data, model, texts: [...texts], policy } };
}

const toTextLine = ({ atSeconds, text }: LineRead) => ({ atSeconds, text });

/** Those that did not stand there a while ago, without what nobody sees. */
function newLines(found: readonly ReadLine[], atSeconds: number, lastSeen: Map<string, number>): LineRead[] {
  return found.flatMap(({ text: whole, confidence, box }) => {
    const text = tidyText(whole).slice(0, MOST_CHARACTERS_A_LINE).toWellFormed();
    if (text === '') return [];
    const letters = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const seenAt = lastSeen.get(letters);
    lastSeen.set(letters, atSeconds);
    return seenAt === undefined || atSeconds - seenAt > FORGOTTEN_AFTER_SECONDS
      ? [{ atSeconds, text, confidence, box }]
      : [];
  });
}
