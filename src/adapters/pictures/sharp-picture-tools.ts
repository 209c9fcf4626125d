import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFlowError, messageOf, unavailable, unsupported } from '../../core/errors.js';
import type { MediaProbe } from '../../core/media-probe.js';
import type { PictureTools } from '../../core/picture-tools.js';
import { type PictureType, pictureBeginning, pictureHeadBytes } from '../../core/picture-types.js';
import type { SandboxChoice } from '../../sandbox/choose-sandbox.js';
import { drawnSchema, lookedSchema, read, sampledSchema } from './answers.js';
import { createAskPictures } from './ask-pictures.js';
import { choosePlace, type SandboxPlace } from './confined-process.js';
import { processEntry } from './own-code.js';
import type { PictureQuestion } from './process/picture-protocol.js';
import { framesToLookAt } from './sampled-frames.js';

export interface PictureToolsOptions extends SandboxPlace {
  /** Without pictures for this long, the process and its memory are given back; default 30. */
  readonly idleSeconds?: number;
  /** That one question may take, at the least; default 300. */
  readonly answerSeconds?: number;
}

type AskedOf = PictureQuestion extends infer Each
  ? Each extends object
    ? Omit<Each, 'type'>
    : never
  : never;

/** As a whole it is in memory on both sides of the pipe. */
const largestFileBytes = 256 * 1024 * 1024;
/** Added to what any picture may take: a machine that is slower is not coming back. */
const slowestBytesPerSecond = 500_000;

async function typeOf(inputPath: string): Promise<PictureType | undefined> {
  const file = await open(inputPath);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(pictureHeadBytes), 0, pictureHeadBytes, 0);
    return pictureBeginning(buffer.subarray(0, bytesRead))?.type;
  } finally {
    await file.close();
  }
}

/** Pictures by sharp, and HEIC by libheif in WebAssembly, in one confined process that comes and goes with the work. */
export function createPictureTools(options: PictureToolsOptions = {}): PictureTools {
  const { idleSeconds = 30, answerSeconds = 300, ...places } = options;
  let chosen: Promise<SandboxChoice> | undefined;
  const sandbox = (): Promise<SandboxChoice> => {
    chosen ??= choosePlace(places).catch((error: unknown) => {
      chosen = undefined;
      throw unavailable('picture_tool_missing', `Pictures cannot be handled here: ${messageOf(error)}`);
    });
    return chosen;
  };
  const pictures = createAskPictures({ sandbox, idleSeconds });

  async function ask(inputPath: string, signal: AbortSignal, question: AskedOf) {
    const type = await typeOf(inputPath);
    if (type === 'svg')
      throw unsupported(
        'svg_refused',
        'Drawings in SVG are not taken: they are programs as much as pictures.',
      );
    if (type === undefined) throw unsupported('not_media', 'The file is no picture.');
    const { size } = await stat(inputPath);
    if (size > largestFileBytes)
      throw new MediaFlowError(
        'too-large',
        'picture_too_large',
        'The file is larger than a picture may be.',
        {
          ...{ found: size, most: largestFileBytes },
        },
      );
    return pictures.ask({
      head: { type, ...question },
      bytes: () => readFile(inputPath),
      seconds: answerSeconds + size / slowestBytesPerSecond,
      signal,
    });
  }

  return {
    isPicture: async (inputPath) => (await typeOf(inputPath)) !== undefined,

    async probe({ inputPath, signal }): Promise<MediaProbe> {
      const looked = read(lookedSchema, await ask(inputPath, signal, { ask: 'look' }));
      const { format, durationSeconds, photo, ...image } = looked;
      return {
        ...{ container: format, durationSeconds, bitrateBps: null },
        ...{ sizeBytes: (await stat(inputPath)).size, image, photo },
        ...{ video: null, cover: null, song: null, audio: [], subtitles: [], leftOut: [], tags: {} },
      };
    },

    async draw({ inputPath, outputFolder, widths, signal }) {
      const answer = await ask(inputPath, signal, { ask: 'draw', widths });
      const { pictures: drawn, ...fingerprints } = read(drawnSchema, answer);
      return Promise.all(
        drawn.map(async ({ name, width, height, isAnimated }, index) => {
          const isPoster = name === 'poster.jpg';
          const path = isPoster ? name : `image/${name}`;
          await writeFile(join(outputFolder, path), answer.files[index] ?? Buffer.alloc(0));
          return {
            name: path,
            details: isPoster ? { atSeconds: 0, ...fingerprints } : { width, height, isAnimated },
          };
        }),
      );
    },

    async sampleFrames({ inputPath, jpegFolder, maximumSidePixels, signal, ...sampling }) {
      const frames = framesToLookAt(sampling);
      const answer = await ask(inputPath, signal, {
        ...{ ask: 'sample', maximumSidePixels },
        frames: frames.map(({ frame }) => frame),
      });
      const { images } = read(sampledSchema, answer);
      return Promise.all(
        images.map(async ({ width, height }, index) => {
          const [pixels, jpeg] = answer.files.slice(index * 2, index * 2 + 2);
          if (pixels?.length !== width * height * 3 || !jpeg)
            throw unsupported('forbidden_output', 'Processing the picture answered what nobody asked.');
          const jpegFile = jpegFolder === undefined ? null : `frame-${index}.jpg`;
          if (jpegFolder !== undefined && jpegFile) await writeFile(join(jpegFolder, jpegFile), jpeg);
          const atSeconds = frames[index]?.atSeconds ?? 0;
          return { atSeconds, pick: 'spread' as const, jpegFile, image: { width, height, pixels } };
        }),
      );
    },

    async describe() {
      try {
        const { level, filtersCalls } = await sandbox();
        return {
          ...{ available: true, path: processEntry, version: process.version, source: 'npm' },
          ...{ sandbox: level, filtersCalls },
        };
      } catch (error) {
        return { available: false, reason: messageOf(error) };
      }
    },

    close: () => pictures.close(),
  };
}
