import type { BlobStore } from '../core/blob-store.js';
import { unsupported } from '../core/errors.js';
import type { PictureTools } from '../core/picture-tools.js';
import type { DetailRequest, QualityTools } from '../core/quality-tools.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ChunkPolicy } from '../domain/media/chunks.js';
import { kindTable, takenAs } from '../domain/media/kinds/kind-table.js';
import type { LadderRung, Probe } from '../domain/media/media-values.js';
import type { SuggestionUse } from '../domain/media/metadata/metadata-values.js';
import {
  type Detail,
  NOTICEABLE_LEVELS,
  rungsToTry,
  TELLING_LEVELS,
} from '../domain/media/shorter-ladder.js';
import { stepWorker } from './step-worker.js';

/** Finds out what an uploaded file is. */
export const probeWorker = ({
  blobs,
  tools,
  pictures,
  chunking,
  shorterLadders = true,
  suggestions,
}: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools & QualityTools;
  readonly pictures: PictureTools;
  /** Undefined: no film is cut into chunks. */
  readonly chunking?: ChunkPolicy | undefined;
  /** Whether rungs are left out that would show nothing more than others. */
  readonly shorterLadders?: boolean;
  /** Undefined: nothing is suggested but to those who ask. */
  readonly suggestions?: SuggestionUse | undefined;
}) =>
  stepWorker({
    step: 'probe',
    concurrency: 2,
    async run({ blobKey, isKnown = false }, held, { workFolder, signal }) {
      const inputPath = await blobs.localFile(blobKey, workFolder);
      // Its first bytes say which tools are asked, whatever its sender called it.
      const { chapters, ...found } = (await pictures.isPicture(inputPath))
        ? await pictures.probe({ inputPath, signal })
        : await tools.probe(inputPath, signal);
      const probe: Probe = {
        ...found,
        photo: found.photo && { ...found.photo, keywords: [...found.photo.keywords] },
        audio: [...found.audio],
        subtitles: [...found.subtitles],
        ...(chapters && { chapters: [...chapters] }),
        leftOut: [...found.leftOut],
      };
      const { kind, refusal } = takenAs(probe);
      if (refusal) throw unsupported(refusal.code, refusal.message);
      const { rungs } = kindTable[kind].ladderOf(probe);
      const look = { inputPath, durationSeconds: probe.durationSeconds, signal };
      const detail =
        probe.video && shorterLadders && !isKnown
          ? await detailOf(tools, rungs, { ...look, video: probe.video })
          : undefined;
      return [{ type: 'RecordProbe', data: { ...held, probe, chunking, detail, suggestions } }];
    },
  });

async function detailOf(
  tools: QualityTools,
  rungs: readonly LadderRung[],
  look: Pick<DetailRequest, 'inputPath' | 'video' | 'durationSeconds' | 'signal'>,
): Promise<Detail | undefined> {
  const [sizes, shownAt] = [rungsToTry(rungs), rungs.at(-1)];
  if (!shownAt || sizes.length === 0) return undefined;
  const lost = await tools.lostDetail({
    ...{ ...look, shownAt, sizes },
    ...{ noticeableLevels: NOTICEABLE_LEVELS, tellingLevels: TELLING_LEVELS },
  });
  if (!lost) return undefined;
  const { tellingFrames, levels } = lost;
  return {
    tellingFrames,
    rungs: sizes.map(({ name }, index) => ({ name, lostLevels: levels[index] ?? Number.POSITIVE_INFINITY })),
  };
}
