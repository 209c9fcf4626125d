import type { BlobStore } from '../core/blob-store.js';
import { unsupported } from '../core/errors.js';
import type { QualityTools, RenditionToMeasure } from '../core/quality-tools.js';
import { keyOfRenditionFile } from '../core/rendition-file.js';
import type { JobPayload } from '../domain/jobs.js';
import { stepWorker } from './step-worker.js';

/** Compares samples of what was made with the original. */
export const qualityWorker = ({
  blobs,
  tools,
}: {
  readonly blobs: BlobStore;
  readonly tools: QualityTools;
}) =>
  stepWorker({
    step: 'quality',
    concurrency: 1,
    async run(payload, held, { workFolder, signal }) {
      const { blobKey, video, durationSeconds } = payload;
      const places = placesOf(payload);
      const renditions: RenditionToMeasure[] = places.map(({ rung, blobPrefix }) => ({
        rung,
        fileOf: (name) => blobs.localFile(keyOfRenditionFile(blobPrefix, name), workFolder),
      }));
      const inputPath = await blobs.localFile(blobKey, workFolder);
      const measured = await tools.measureQuality({
        ...{ inputPath, workFolder, video, durationSeconds, renditions, signal },
      });
      const rungs = places.flatMap(({ rung: { name }, averageBitrateBps }) =>
        measured.rungs
          .filter((each) => each.name === name)
          .map((each) => ({ ...each, bitrateBps: averageBitrateBps })),
      );
      const quality = { ...measured, samplesAtSeconds: [...measured.samplesAtSeconds], rungs };
      return [{ type: 'RecordQuality', data: { ...held, quality } }];
    },
  });

/** The renditions of the ladder, its lowest first. Until all are there nothing is measured, so that a retry measures all. */
function placesOf({ rungs, renditions }: JobPayload<'quality'>) {
  const places = rungs.flatMap((rung) =>
    renditions.filter(({ name }) => name === rung.name).map((place) => ({ ...place, rung })),
  );
  const missing = rungs
    .map(({ name }) => name)
    .filter((name) => !places.some(({ rung }) => rung.name === name));
  if (missing.length > 0 || places.length === 0)
    throw unsupported('renditions_missing', `These rungs were not made: ${missing.join(', ')}.`, { missing });
  return places;
}
