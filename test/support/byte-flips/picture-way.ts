import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { isRetryable, MediaFlowError, messageOf } from '../../../src/core/errors.js';
import type { MediaProbe } from '../../../src/core/media-probe.js';
import type { PictureTools } from '../../../src/core/picture-tools.js';
import { widthsFor } from '../../../src/domain/media/image-sizes.js';
import type { Way } from './way-through.js';

/**
 * Everything a server does with a picture, one thing after another. Each must end in time, and either with files that are as large as
 * the probe says and can be decoded, or with a failure that says what is wrong with the file.
 */
export async function pictureWay(
  tools: PictureTools,
  inputPath: string,
  workFolder: string,
  seconds: number,
): Promise<Way> {
  const ends: Record<string, string> = {};
  const faults: string[] = [];
  await mkdir(join(workFolder, 'image'), { recursive: true });

  async function go<Result>(
    name: string,
    step: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    const signal = AbortSignal.timeout(seconds * 1000);
    try {
      const result = await step(signal);
      ends[name] = 'done';
      return result;
    } catch (error) {
      const code = error instanceof MediaFlowError ? error.code : 'unexpected_error';
      ends[name] = code;
      if (signal.aborted) faults.push(`${name} did not end within ${seconds} s`);
      else if (isRetryable(error)) faults.push(`${name}: ${code}: ${messageOf(error)}`);
      return undefined;
    }
  }

  // Another kind of file now, of which other tools are asked.
  if (!(await tools.isPicture(inputPath))) return { ends: { probe: 'no_picture' }, faults };
  const probe = await go('probe', (signal) => tools.probe({ inputPath, signal }));
  if (!probe?.image) return { ends, faults };
  const { image, durationSeconds } = probe;
  await go('draw', async (signal) => {
    const widths = widthsFor(image.width);
    const files = await tools.draw({ inputPath, outputFolder: workFolder, widths, signal });
    for (const { name, details } of files) await accepted(join(workFolder, name), probe, details);
  });
  await go('sample', (signal) =>
    tools.sampleFrames({
      ...{ inputPath, frameCount: image.frameCount, durationSeconds, frames: 3, signal },
      ...{ random: () => 0.5, maximumSidePixels: 64 },
    }),
  );
  return { ends, faults };
}

/** Throws what there is against a file: it is not a picture of the shape that was told. */
async function accepted(
  path: string,
  { image }: MediaProbe,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const pixels = sharp(path, { failOn: 'warning', animated: details.isAnimated === true });
  const { width, height, pages = 1, pageHeight = height } = await pixels.metadata();
  await pixels.stats();
  if (
    !image ||
    Math.abs(width * image.height - pageHeight * image.width) > Math.max(image.width, image.height)
  )
    throw new Error(`${path} is ${width} × ${pageHeight} of ${image?.width} × ${image?.height}.`);
  if (details.isAnimated === true && pages > image.frameCount)
    throw new Error(`${path} has ${pages} frames of ${image.frameCount}.`);
}
