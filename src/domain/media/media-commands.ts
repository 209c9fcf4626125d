import type { Command } from '../../core/decider.js';
import type { ErrorCode } from '../../core/errors.js';
import type { Instant } from '../../core/time.js';
import type { ChunkPolicy } from './chunks.js';
import type { HeadVerdict } from './head-verdict.js';
import type { MediaEvent } from './media-events.js';
import type { EncodedChunkPlace, GeneratedDerivative, Probe, Rendition } from './media-values.js';
import type { MetadataField, SuggestionUse } from './metadata/metadata-values.js';
import type { ModerationPolicy } from './moderation-policy-document.js';
import type { ReviewDecision } from './review/review-values.js';
import type { Detail } from './shorter-ladder.js';
import type { StepName } from './steps/step-name.js';

type DataOf<Type extends MediaEvent['type']> = Extract<MediaEvent, { type: Type }>['data'];

/** Which attempt of which job speaks; an attempt that has been overtaken is not listened to. */
export interface AttemptOf {
  readonly mediaId: string;
  readonly step: StepName;
  readonly attempt: number;
  readonly jobId: string;
}

/** A person's word on an item. */
export interface ByPerson {
  readonly mediaId: string;
  readonly reason: string;
  readonly reviewer: string;
  readonly at: Instant;
  /** In force where it is said. */
  readonly policy: ModerationPolicy;
}

/** What comes to light by it, or is written by it, is looked through for words of a list. */
interface HeedsWords {
  /** Whose list it is; absent where nobody looks, and where a worker of an earlier release speaks. */
  readonly policy?: ModerationPolicy;
}

export type MediaCommand =
  | Command<'RegisterMedia', DataOf<'MediaRegistered'>>
  | Command<'RequestPull', DataOf<'MediaRegistered'> & Omit<DataOf<'PullRequested'>, 'mediaId'>>
  | Command<'CompleteUpload', DataOf<'MediaUploaded'>>
  | Command<'FailUpload', DataOf<'UploadFailed'>>
  | Command<
      'ChangeMediaDetails',
      DataOf<'MediaDetailsChanged'> & {
        /** It came with an Idempotency-Key: repeated after others, it must not change back what they have changed. */
        readonly mayBeRepeated?: boolean;
      } & HeedsWords
    >
  | Command<'ReviewMedia', ByPerson & { readonly decision: ReviewDecision }>
  | Command<'TakeDownMedia', ByPerson>
  | Command<'AppealDecision', DataOf<'MediaAppealed'>>
  | Command<'ClaimReview', Omit<ByPerson, 'reason'>>
  | Command<'ReleaseReview', DataOf<'ReviewReleased'>>
  | Command<'RequestMetadata', DataOf<'MetadataRequested'>>
  | Command<'RecordMetadata', DataOf<'MetadataSuggested'>>
  | Command<'FailMetadata', DataOf<'MetadataFailed'>>
  | Command<
      'AcceptMetadata',
      {
        readonly mediaId: string;
        readonly fields: readonly MetadataField[];
        /** The one that was looked at; left out, the latest. */
        readonly requestId?: string | undefined;
      } & HeedsWords
    >
  | Command<'RetryProcessing', { readonly mediaId: string }>
  | Command<'ExtendProcessing', { readonly mediaId: string }>
  | Command<'DeleteMedia', { readonly mediaId: string }>
  /** Asks whether it may be done: what it takes away nobody brings back. */
  | Command<'ConfirmPurge', { readonly mediaId: string }>
  | Command<'RecordPurge', { readonly mediaId: string }>
  | Command<'FailPurge', DataOf<'MediaPurgeFailed'>>
  | Command<'StartStep', AttemptOf>
  | Command<'ConfirmStep', AttemptOf>
  | Command<'ReportStepProgress', AttemptOf & { readonly fraction: number }>
  | Command<'RecordPullAnswer', AttemptOf & Omit<DataOf<'PullAnswered'>, 'mediaId'>>
  | Command<'RecordPull', AttemptOf & Omit<DataOf<'MediaUploaded'>, 'mediaId'>>
  | Command<
      'RecordProbe',
      AttemptOf & {
        readonly probe: Probe;
        /** Absent where a worker of an earlier release found it, which knows of no chunks. */
        readonly chunking?: ChunkPolicy | undefined;
        /** Absent where nobody has looked. */
        readonly detail?: Detail | undefined;
        /** Absent where nothing is suggested but to those who ask. */
        readonly suggestions?: SuggestionUse | undefined;
      }
    >
  | Command<'RecordChunk', AttemptOf & { readonly chunk: Omit<EncodedChunkPlace, 'step'> }>
  | Command<'RecordRenditions', AttemptOf & { readonly renditions: readonly Rendition[] }>
  | Command<'RecordPoster', AttemptOf & Pick<DataOf<'PosterGenerated'>, 'poster'>>
  | Command<'RecordThumbnails', AttemptOf & Pick<DataOf<'ThumbnailsGenerated'>, 'poster' | 'storyboard'>>
  | Command<
      'RecordDerivatives',
      AttemptOf & { readonly derivatives: readonly Omit<GeneratedDerivative, 'contentType'>[] }
    >
  | Command<
      'RecordSubtitles',
      AttemptOf & {
        readonly derivatives: readonly Omit<GeneratedDerivative, 'contentType'>[];
        /** Of which nothing could be shown. */
        readonly leftOut: DataOf<'TracksLeftOut'>['tracks'];
        /** What they say; absent where a worker of an earlier release wrote them. */
        readonly texts?: DataOf<'TextFound'>['texts'];
      } & HeedsWords
    >
  | Command<
      'RecordCaptions',
      AttemptOf & {
        /** Which heard it. */
        readonly model: DataOf<'TagsGenerated'>['model'];
        /** None where nothing is said, or nothing in a language that the model knows. */
        readonly derivatives: readonly Omit<GeneratedDerivative, 'contentType'>[];
        readonly texts: DataOf<'TextFound'>['texts'];
      } & HeedsWords
    >
  | Command<
      'RecordText',
      AttemptOf & {
        /** Which read it. */
        readonly model: DataOf<'TagsGenerated'>['model'];
        /** None where nothing is to be read. */
        readonly derivatives: readonly Omit<GeneratedDerivative, 'contentType'>[];
        readonly texts: DataOf<'TextFound'>['texts'];
      } & HeedsWords
    >
  | Command<
      'RecordSound',
      AttemptOf &
        Pick<DataOf<'SoundMeasured'>, 'sound'> & {
          readonly renditions: readonly Rendition[];
          readonly derivatives: readonly Omit<GeneratedDerivative, 'contentType'>[];
        }
    >
  | Command<
      'RecordSoundModeration',
      AttemptOf & {
        /** Null where there was nothing that a model could look at. */
        readonly seen:
          | (Pick<DataOf<'ModerationScored'>, 'model'> & {
              readonly frames: readonly Omit<DataOf<'ModerationScored'>['frames'][number], 'scores'>[];
            })
          | null;
        readonly policy: ModerationPolicy;
      }
    >
  | Command<
      'RecordModeration',
      AttemptOf &
        Pick<DataOf<'ModerationScored'>, 'model'> & {
          readonly frames: readonly Omit<DataOf<'ModerationScored'>['frames'][number], 'scores'>[];
          readonly policy: ModerationPolicy;
          /** Equal parts of the whole of which no sound frame could be had. */
          readonly missedParts: number;
          /** Absent where a worker of an earlier release looked, which takes none. */
          readonly looks?: DataOf<'LooksTaken'>['looks'];
          /** A rejected item that it looks like; absent where there is none. */
          readonly looksLikeRejected?: string | undefined;
          /** Absent where the models that looked have none. */
          readonly embedding?: Omit<DataOf<'PicturesEmbedded'>, 'mediaId'> | undefined;
          /** What a model trained on people's decisions says; absent where none is in use. */
          readonly head?: HeadVerdict | undefined;
        }
    >
  | Command<'RecordQuality', AttemptOf & Pick<DataOf<'QualityMeasured'>, 'quality'>>
  | Command<'RecordTags', AttemptOf & Pick<DataOf<'TagsGenerated'>, 'model' | 'tags'>>
  | Command<
      'RecordSuggestions',
      AttemptOf & {
        readonly suggested: Omit<DataOf<'MetadataSuggested'>, 'mediaId' | 'requestId'>;
        readonly use: SuggestionUse;
      } & HeedsWords
    >
  | Command<
      'FailStep',
      AttemptOf & {
        readonly code: ErrorCode;
        readonly message: string;
        readonly final: boolean;
        readonly retryAt: string | null;
      }
    >;

export type MediaCommandOf<Type extends MediaCommand['type']> = Extract<MediaCommand, { type: Type }>;

/** The compiler says which one is missing. */
const types: Readonly<Record<MediaCommand['type'], true>> = {
  RegisterMedia: true,
  RequestPull: true,
  CompleteUpload: true,
  FailUpload: true,
  ChangeMediaDetails: true,
  ReviewMedia: true,
  TakeDownMedia: true,
  AppealDecision: true,
  ClaimReview: true,
  ReleaseReview: true,
  RequestMetadata: true,
  RecordMetadata: true,
  FailMetadata: true,
  AcceptMetadata: true,
  RetryProcessing: true,
  ExtendProcessing: true,
  DeleteMedia: true,
  ConfirmPurge: true,
  RecordPurge: true,
  FailPurge: true,
  StartStep: true,
  ConfirmStep: true,
  ReportStepProgress: true,
  RecordPullAnswer: true,
  RecordPull: true,
  RecordProbe: true,
  RecordChunk: true,
  RecordRenditions: true,
  RecordPoster: true,
  RecordThumbnails: true,
  RecordDerivatives: true,
  RecordModeration: true,
  RecordSound: true,
  RecordSubtitles: true,
  RecordCaptions: true,
  RecordText: true,
  RecordSoundModeration: true,
  RecordQuality: true,
  RecordTags: true,
  RecordSuggestions: true,
  FailStep: true,
};
export const mediaCommandTypes = Object.keys(types) as readonly MediaCommand['type'][];

/** What workers say of a step. */
export type StepCommand = Extract<MediaCommand, { data: AttemptOf }>;

export const isOfStep = (command: MediaCommand): command is StepCommand => 'attempt' in command.data;
