import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFlowError } from '../../core/errors.js';
import type { PictureTools } from '../../core/picture-tools.js';
import type { RgbImage } from '../../core/video-tools.js';

const MAXIMUM_SIDE_PIXELS = 640;

/** Decodes frames where all pictures of strangers are decoded: they come over the network. Undefined of what is none. */
export const createDecodeFrame =
  (dependencies: {
    readonly pictures: () => Promise<Pick<PictureTools, 'sampleFrames'>>;
    /** In it each frame is in one of its own for as long as it is decoded, and nothing is there otherwise. */
    readonly folder: string;
  }) =>
  async (jpeg: Uint8Array, signal: AbortSignal): Promise<RgbImage | undefined> => {
    const pictures = await dependencies.pictures();
    const folder = join(dependencies.folder, `live-${randomUUID()}`);
    const inputPath = join(folder, 'frame.jpg');
    await mkdir(folder);
    try {
      await writeFile(inputPath, jpeg);
      const [frame] = await pictures.sampleFrames({
        ...{ inputPath, signal, frameCount: 1, durationSeconds: 0, frames: 1, random: () => 0 },
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
      });
      return frame?.image;
    } catch (error) {
      const isItsFault = error instanceof MediaFlowError && ['unsupported', 'too-large'].includes(error.kind);
      if (isItsFault) return undefined;
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
