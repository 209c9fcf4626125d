import { invalid } from '../../core/errors.js';
import type { Embedding } from '../../core/inference/embedding.js';
import type { InferenceTask } from '../../core/inference/task-table.js';
import { metadataOnWire } from './metadata-on-wire.js';
import type { OnWire } from './on-wire.js';
import { rankingOnWire } from './ranking-on-wire.js';

interface WireLabels {
  readonly labels: Readonly<Record<string, number>>;
  readonly embedding?: Embedding | null;
}

interface WireObjects {
  readonly objects: readonly {
    readonly label: string;
    readonly confidence: number;
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  }[];
}

interface WireLines {
  readonly lines: readonly {
    readonly text: string;
    readonly confidence: number;
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  }[];
}

/** Every task over the wire; undefined of one that is done in the process that needs it. */
export const wireTasks: { readonly [Task in InferenceTask]: OnWire<Task> | undefined } = {
  moderateFrames: {
    kind: 'frames',
    method: 'ModerateFrames',
    toWire: ({ labels, embeddings }) =>
      labels.map((each, frame) => ({
        labels: each,
        ...(embeddings?.[frame] && { embedding: embeddings[frame] }),
      })),
    fromWire(frames) {
      const seen = frames as WireLabels[];
      const embeddings = seen.flatMap(({ embedding }) => (embedding ? [embedding] : []));
      return {
        labels: seen.map(({ labels }) => labels),
        // A service of an earlier release gives none.
        ...(seen.length > 0 && embeddings.length === seen.length && { embeddings }),
      };
    },
  },
  tagFrames: {
    kind: 'frames',
    method: 'TagFrames',
    toWire: ({ objects }) =>
      objects.map((found) => ({
        objects: found.map(({ label, confidence, box: [left, top, width, height] }) => ({
          ...{ label, confidence, left, top, width, height },
        })),
      })),
    fromWire: (frames) => ({
      objects: (frames as WireObjects[]).map(({ objects }) =>
        objects.map(({ label, confidence, left, top, width, height }) => ({
          ...{ label, confidence },
          box: [left, top, width, height],
        })),
      ),
    }),
  },
  readText: {
    kind: 'frames',
    method: 'ReadText',
    toWire: ({ lines }) =>
      lines.map((read) => ({
        lines: read.map(({ text, confidence, box: [left, top, width, height] }) => ({
          ...{ text, confidence, left, top, width, height },
        })),
      })),
    fromWire: (frames) => ({
      lines: (frames as WireLines[]).map(({ lines }) =>
        lines.map(({ text, confidence, left, top, width, height }) => ({
          ...{ text, confidence },
          box: [left, top, width, height],
        })),
      ),
    }),
  },
  transcribe: {
    kind: 'message',
    method: 'Transcribe',
    ask: ({ samples, isLast }) => ({
      samples: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
      isLast,
    }),
    asked(message) {
      const { samples, isLast } = message as { readonly samples: Uint8Array; readonly isLast: boolean };
      if (samples.length % 4 !== 0)
        throw invalid('invalid_sound', 'A piece of sound is samples of four bytes each.');
      // Copied: where it lies in a message it may begin at any byte.
      return { samples: new Float32Array(new Uint8Array(samples).buffer), isLast };
    },
    toWire: (answer) => answer,
    fromWire: (message) => message,
  },
  generateMetadata: metadataOnWire,
  rankCandidates: rankingOnWire,
};
