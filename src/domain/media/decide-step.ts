import { assertNever } from '../../core/errors.js';
import { derivativesOf } from './derivatives.js';
import { takenAs } from './kinds/kind-table.js';
import type { AttemptOf, StepCommand } from './media-commands.js';
import type { MediaEvent } from './media-events.js';
import { evolveMedia, type MediaState } from './media-state.js';
import type { Rendition } from './media-values.js';
import { recordSuggestions } from './metadata/decide-metadata.js';
import { isAudited } from './moderation-audit.js';
import { mayRejectBy, scoresOf } from './moderation-classes.js';
import { heedHead } from './moderation-head.js';
import { heedLooks } from './moderation-looks.js';
import { decideModeration, type ModerationDecision } from './moderation-policy.js';
import { type ModerationPolicy, referenceOf } from './moderation-policy-document.js';
import { decideSoundModeration } from './sound-moderation.js';
import { confirmAttempt, failAttempt, holdsStep, isNextAttempt, startAttempt } from './step-attempts.js';
import { extendProcessing } from './steps/extend-processing.js';
import { planProcessing } from './steps/plan-processing.js';
import { type StepKind, type StepName, stepKindOf } from './steps/step-name.js';
import { changeHeeded, heedWords, wordsHeeded } from './words/heed-words.js';
import { wordsFound, wordsInFile, wordsWritten } from './words/listed-words.js';

type Result = Exclude<Extract<StepCommand['type'], `Record${string}`>, 'RecordDerivatives'>;

/** What each result is the result of: no step is completed by that of another, without what it is waited for. */
const ends: Readonly<Record<Result, readonly StepKind[]>> = {
  RecordPullAnswer: ['pull'],
  RecordPull: ['pull'],
  RecordProbe: ['probe'],
  RecordChunk: ['chunk'],
  RecordRenditions: ['preview', 'transcode', 'join', 'audio-track'],
  RecordPoster: ['poster'],
  RecordThumbnails: ['thumbnails'],
  RecordModeration: ['moderate', 'moderate-image'],
  RecordTags: ['tag', 'tag-image'],
  RecordSuggestions: ['suggest'],
  RecordQuality: ['quality'],
  RecordSound: ['sound'],
  RecordSubtitles: ['subtitles'],
  RecordCaptions: ['captions'],
  RecordText: ['text', 'text-image'],
  RecordSoundModeration: ['moderate-sound'],
};
const mayEnd = ({ type }: StepCommand, step: StepName): boolean =>
  !(type in ends) || ends[type as Result].includes(stepKindOf(step));

/** What a worker reports. Only the attempt that holds the step is listened to; anybody else changes nothing. */
export function decideStep(command: StepCommand, state: MediaState): MediaEvent[] {
  const { mediaId, step, attempt, jobId } = command.data;
  const held = { mediaId, step, attempt, jobId };
  if (command.type === 'StartStep') return startAttempt(held, state);
  if (command.type === 'ConfirmStep') return confirmAttempt(held, state);
  if (state.deleted) return [];
  if (command.type === 'FailStep' && isNextAttempt(held, state))
    return [{ type: 'StepStarted', data: held }, ...failAttempt(held, command.data, state)];
  if (!holdsStep(held, state) || !mayEnd(command, step)) return [];
  const completed: MediaEvent = { type: 'StepCompleted', data: held };

  switch (command.type) {
    case 'ReportStepProgress':
      return [{ type: 'StepProgressed', data: { ...held, fraction: command.data.fraction } }];
    case 'RecordPullAnswer': {
      const { growingKey, filename, contentType, sizeBytes, etag, lastModified } = command.data;
      const answered = { mediaId, growingKey, filename, contentType, sizeBytes, etag, lastModified };
      const isTitle = filename !== null && state.details.titleIsFilename && filename !== state.details.title;
      return [
        { type: 'PullAnswered', data: answered },
        ...(isTitle ? [{ type: 'MediaDetailsChanged' as const, data: { mediaId, title: filename } }] : []),
      ];
    }
    case 'RecordPull': {
      if (state.upload !== 'expected') return [];
      const { blobKey, sizeBytes, sha256 } = command.data;
      return [{ type: 'MediaUploaded', data: { mediaId, blobKey, sizeBytes, sha256 } }, completed];
    }
    case 'RecordProbe': {
      const { probe, chunking, detail, suggestions } = command.data;
      const { kind, refusal } = takenAs(probe);
      if (refusal) return failAttempt(held, { ...refusal, final: true, retryAt: null }, state);
      if (state.kind) return [...extendProcessing(mediaId, state, kind, probe, suggestions), completed];
      return [
        { type: 'MediaProbed', data: { mediaId, kind, probe } },
        completed,
        planProcessing(mediaId, kind, probe, { chunking, detail, suggestions }),
      ];
    }
    case 'RecordChunk':
      return [{ type: 'ChunkEncoded', data: { mediaId, chunk: { step, ...command.data.chunk } } }, completed];
    case 'RecordRenditions':
      return [...renditionsCompleted(mediaId, command.data.renditions), completed];
    case 'RecordSound': {
      const { sound, renditions, derivatives } = command.data;
      return [
        { type: 'SoundMeasured', data: { mediaId, sound } },
        ...renditionsCompleted(mediaId, renditions),
        ...derivativesGenerated(held, derivatives),
        completed,
      ];
    }
    case 'RecordSubtitles': {
      const { derivatives, leftOut, texts = [], policy } = command.data;
      return [
        ...derivativesGenerated(held, derivatives),
        ...textFound({ mediaId, origin: 'subtitles', model: null, texts }),
        ...(leftOut.length > 0
          ? [{ type: 'TracksLeftOut' as const, data: { mediaId, tracks: leftOut } }]
          : []),
        ...wordsHeeded(state, mediaId, policy, wordsFound(policy?.words, 'subtitles', texts)),
        completed,
      ];
    }
    case 'RecordCaptions':
    case 'RecordText': {
      const { model, derivatives, texts, policy } = command.data;
      const origin = command.type === 'RecordText' ? 'picture' : 'speech';
      return [
        // Where nothing was found there is no file to be served.
        ...(derivatives.length > 0 ? derivativesGenerated(held, derivatives) : []),
        ...textFound({ mediaId, origin, model, texts }),
        ...wordsHeeded(state, mediaId, policy, wordsFound(policy?.words, origin, texts)),
        completed,
      ];
    }
    case 'RecordPoster':
      return [{ type: 'PosterGenerated', data: { mediaId, poster: command.data.poster } }, completed];
    case 'RecordThumbnails': {
      const { poster, storyboard } = command.data;
      return [{ type: 'ThumbnailsGenerated', data: { mediaId, poster, storyboard } }, completed];
    }
    case 'RecordDerivatives':
      return [...derivativesGenerated(held, command.data.derivatives), completed];
    case 'RecordModeration': {
      const { model, policy, missedParts, looks = [], embedding } = command.data;
      const { looksLikeRejected, head } = command.data;
      const frames = withScores(model, command.data.frames);
      const scored: MediaEvent[] = [
        ...(looks.length > 0 ? [{ type: 'LooksTaken' as const, data: { mediaId, looks } }] : []),
        ...(embedding ? [{ type: 'PicturesEmbedded' as const, data: { mediaId, ...embedding } }] : []),
        { type: 'ModerationScored', data: { mediaId, model, frames } },
      ];
      const mayReject = mayRejectBy(model.provider);
      return moderated(held, state, scored, policy, () =>
        heedHead(
          heedLooks(decideModeration(frames, policy, { missedParts, mayReject }), looksLikeRejected),
          head,
        ),
      );
    }
    case 'RecordSoundModeration': {
      const { seen, policy } = command.data;
      const frames = seen ? withScores(seen.model, seen.frames) : [];
      const scored: MediaEvent[] = seen
        ? [{ type: 'ModerationScored', data: { mediaId, model: seen.model, frames } }]
        : [];
      const mayReject = seen ? mayRejectBy(seen.model.provider) : [];
      return moderated(held, state, scored, policy, () => decideSoundModeration(frames, policy, mayReject));
    }
    case 'RecordQuality':
      return [{ type: 'QualityMeasured', data: { mediaId, quality: command.data.quality } }, completed];
    case 'RecordTags': {
      const { model, tags } = command.data;
      return [{ type: 'TagsGenerated', data: { mediaId, model, tags } }, completed];
    }
    case 'RecordSuggestions': {
      const events = recordSuggestions(command.data, state);
      const after = events.reduce(evolveMedia, state);
      return [...events, ...changeHeeded(state, after, mediaId, command.data.policy), completed];
    }
    case 'FailStep':
      return failAttempt(held, command.data, state);
    default:
      return assertNever(command);
  }
}

const renditionsCompleted = (mediaId: string, renditions: readonly Rendition[]): MediaEvent[] =>
  renditions.map((rendition) => ({ type: 'RenditionCompleted', data: { mediaId, rendition } }));

const derivativesGenerated = (
  { mediaId, step }: AttemptOf,
  made: Parameters<typeof derivativesOf>[1],
): MediaEvent[] =>
  derivativesOf(step, made).map((derivative) => ({
    type: 'DerivativeGenerated',
    data: { mediaId, derivative },
  }));

/** Nothing is told where there is no text. */
const textFound = (data: Extract<MediaEvent, { type: 'TextFound' }>['data']): MediaEvent[] =>
  data.texts.length > 0 ? [{ type: 'TextFound', data }] : [];

type Scored = Extract<MediaEvent, { type: 'ModerationScored' }>['data'];

const withScores = (
  { provider }: Scored['model'],
  frames: readonly Omit<Scored['frames'][number], 'scores'>[],
): Scored['frames'] => frames.map((frame) => ({ ...frame, scores: scoresOf(provider, frame.labels) }));

/** What a person has decided stands: scores that come later are kept and change nothing. */
function moderated(
  held: AttemptOf,
  state: MediaState,
  scored: readonly MediaEvent[],
  policy: ModerationPolicy,
  decide: () => ModerationDecision,
): MediaEvent[] {
  const { mediaId } = held;
  const completed: MediaEvent = { type: 'StepCompleted', data: held };
  if (state.moderation !== 'pending' && state.moderation !== 'in_review') return [...scored, completed];
  const { causes, ...decision } = heedWords(decide(), [
    ...wordsWritten(policy.words, state.details),
    ...wordsInFile(policy.words, state.fileTexts),
  ]);
  const audit =
    decision.outcome === 'approved' && isAudited(mediaId, policy.hash, policy.auditShare)
      ? { audit: true as const }
      : {};
  const decided: MediaEvent = {
    type: 'ModerationDecided',
    data: { mediaId, ...decision, causes: [...causes], policy: referenceOf(policy), ...audit },
  };
  if (decision.outcome !== 'rejected') return [...scored, decided, completed];
  const rejected: MediaEvent = {
    type: 'MediaRejected',
    data: { mediaId, by: 'policy', reason: decision.explanation },
  };
  return [...scored, decided, completed, rejected];
}
