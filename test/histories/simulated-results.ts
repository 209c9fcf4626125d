import type { JobRequest } from '../../src/core/job.js';
import type { JobKind, JobPayload } from '../../src/domain/jobs.js';
import type { AttemptOf, MediaCommand } from '../../src/domain/media/media-commands.js';
import type { Rendition } from '../../src/domain/media/media-values.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import type { Quality } from '../../src/domain/media/quality-values.js';
import { filesOf, isDrawn, recordFilesOf } from '../kit/derivatives.js';
import { framesFor, model, probe, quality, rendition } from '../kit/media-fixtures.js';
import { measured, soundRendition } from '../kit/sound-fixtures.js';

export const command = (type: MediaCommand['type'], data: object) =>
  ({ type, data }) as unknown as MediaCommand;

const suggested = {
  ...{ model, taxonomy: { version: '1', hash: 'ab' }, askedHash: 'h', isRemembered: false },
  ...{ title: { text: 'At sea', confidence: 0.6 }, summary: null, tags: [], genre: null },
};
const poster = { blobKey: 'p', atSeconds: 1 };
const storyboard = {
  ...{ blobPrefix: 's', sprites: ['a.jpg'], columns: 1, rows: 1 },
  ...{ tileWidth: 2, tileHeight: 2, tileCount: 1, intervalSeconds: 1 },
};

function renditionsOf({ rungs, audio }: JobPayload<'transcode'>): Rendition[] {
  const pictures = rungs.map(({ name }) => rendition(name));
  return audio ? [...pictures, { ...rendition('audio'), kind: 'audio' }] : pictures;
}

const qualityOf = ({ rungs }: JobPayload<'quality'>): Quality => ({
  ...quality,
  rungs: rungs.flatMap(({ name }) => quality.rungs.map((rung) => ({ ...rung, name }))),
});

/** The command in which a worker that succeeds ends such a job. */
export function resultOf({ kind, payload }: JobRequest, held: AttemptOf): MediaCommand {
  const told = payload as unknown;
  switch (kind as JobKind) {
    case 'pull':
      return command('RecordPull', { ...held, blobKey: 'p', sizeBytes: 1, sha256: 'ab' });
    case 'probe':
      return command('RecordProbe', { ...held, probe });
    case 'preview':
    case 'transcode':
      return command('RecordRenditions', {
        ...held,
        renditions: renditionsOf(told as JobPayload<'transcode'>),
      });
    case 'audio-track': {
      const { audio } = told as JobPayload<'audio-track'>;
      const name = `audio-${audio.streamIndex}`;
      return command('RecordRenditions', { ...held, renditions: [{ ...rendition(name), kind: 'audio' }] });
    }
    case 'chunk':
      return command('RecordChunk', {
        ...held,
        chunk: { blobPrefix: `media/m1/chunks/${held.jobId}-${held.attempt}`, sizeBytes: 1 },
      });
    case 'join': {
      const { rungs } = told as JobPayload<'join'>;
      return command('RecordRenditions', {
        ...held,
        renditions: rungs.map(({ name }) => ({ ...rendition(name), inChunks: true })),
      });
    }
    case 'poster':
      return command('RecordPoster', { ...held, poster });
    case 'thumbnails': {
      const { posterIsApart } = told as JobPayload<'thumbnails'>;
      return command('RecordThumbnails', { ...held, poster: posterIsApart ? null : poster, storyboard });
    }
    case 'moderate':
    case 'moderate-image': {
      const frames = framesFor('approved');
      const told = { model, frames, policy: DEFAULT_MODERATION_POLICY, missedParts: 0 };
      return command('RecordModeration', { ...held, ...told });
    }
    case 'sound':
      return command('RecordSound', {
        ...held,
        sound: measured,
        renditions: (told as JobPayload<'sound'>).rungs.map(({ name }) => soundRendition(name)),
        derivatives: filesOf(held),
      });
    case 'subtitles':
      return command('RecordSubtitles', { ...held, derivatives: filesOf(held), leftOut: [] });
    case 'captions':
      return command('RecordCaptions', { ...held, model, derivatives: filesOf(held), texts: [] });
    case 'text':
    case 'text-image':
      return command('RecordText', { ...held, model, derivatives: filesOf(held), texts: [] });
    case 'moderate-sound': {
      const { cover } = told as JobPayload<'moderate-sound'>;
      const seen = cover ? { model, frames: framesFor('approved').slice(0, 1) } : null;
      return command('RecordSoundModeration', { ...held, seen, policy: DEFAULT_MODERATION_POLICY });
    }
    case 'quality':
      return command('RecordQuality', { ...held, quality: qualityOf(told as JobPayload<'quality'>) });
    case 'tag':
    case 'tag-image':
      return command('RecordTags', { ...held, model, tags: [] });
    case 'suggest': {
      const { use } = told as JobPayload<'suggest'>;
      return command('RecordSuggestions', { ...held, suggested, use });
    }
    default:
      if (isDrawn(held.step)) return recordFilesOf(held);
      throw new Error(`Nobody simulates a job of kind ${kind}: say here how a worker of it ends`);
  }
}
