import type { MediaCommandOf } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { AudioRung, LadderRung, Probe, Rendition } from '../../src/domain/media/media-values.js';
import { DEFAULT_MODERATION_POLICY, referenceOf } from '../../src/domain/media/moderation-policy-document.js';
import type { Quality } from '../../src/domain/media/quality-values.js';
import { stepsOfVersion1 } from '../../src/domain/media/steps/plan-of-version-1.js';
import type { StepKind, StepName } from '../../src/domain/media/steps/step-name.js';

export const mediaId = 'm1';
export const probe: Probe = {
  container: 'mov,mp4',
  durationSeconds: 30,
  bitrateBps: 1_200_000,
  sizeBytes: 4_500_000,
  ...{ image: null, photo: null, cover: null, song: null },
  video: {
    streamIndex: 0,
    codec: 'h264',
    profile: 'High',
    codedWidth: 640,
    codedHeight: 360,
    width: 640,
    height: 360,
    isMirrored: false,
    rotationDegrees: 0,
    frameRate: 25,
    frameCount: 750,
    durationSeconds: 30,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    bitrateBps: 1_000_000,
    colorPrimaries: null,
    colorTransfer: null,
    colorSpace: null,
    colorRange: null,
    isHdr: false,
  },
  audio: [
    {
      streamIndex: 1,
      codec: 'aac',
      channels: 6,
      sampleRateHz: 48_000,
      bitrateBps: null,
      language: null,
      isDefault: true,
    },
  ],
  subtitles: [],
  leftOut: [],
  tags: {},
};

/** A photograph as a telephone takes it, held upright. */
export const photograph: Probe = {
  ...{ container: 'jpeg', durationSeconds: 0, bitrateBps: null, sizeBytes: 3_000_000 },
  image: {
    ...{ codedWidth: 4032, codedHeight: 3024, width: 3024, height: 4032, orientation: 6 },
    ...{ frameCount: 1, hasAlpha: false, bitDepth: 8, colorSpace: 'srgb', colorProfile: 'Display P3' },
  },
  photo: {
    ...{ cameraMake: 'Apple', cameraModel: 'iPhone 15', lens: null, software: '17.1' },
    ...{ exposureSeconds: 0.01, aperture: 1.8, iso: 100, focalLengthMillimetres: 6.9 },
    ...{ focalLength35Millimetres: 26, flashFired: false },
    ...{ takenAt: '2026-11-21T09:30:00', takenAtOffset: '+01:00' },
    ...{ title: null, description: null, creator: null, copyright: null, keywords: [] },
    location: { latitude: 52.5, longitude: 13.4, altitudeMetres: 34 },
  },
  ...{ video: null, cover: null, song: null, audio: [], subtitles: [], leftOut: [], tags: {} },
};

export const registration: MediaCommandOf<'RegisterMedia'> = {
  type: 'RegisterMedia',
  data: {
    mediaId,
    filename: 'clip.mp4',
    contentType: 'video/mp4',
    title: 'Clip',
    description: '',
    tags: ['a'],
    declaredSizeBytes: null,
    declaredSha256: null,
    via: 'tus',
  },
};

export const registered: MediaEvent = { type: 'MediaRegistered', data: registration.data };
export const uploaded: MediaEvent = {
  type: 'MediaUploaded',
  data: { mediaId, blobKey: 'media/m1/original', sizeBytes: 4_500_000, sha256: 'ab' },
};

export const pullRequest: MediaCommandOf<'RequestPull'> = {
  type: 'RequestPull',
  data: {
    ...{ ...registration.data, contentType: null, title: 'clip.mp4', via: 'url' },
    ...{ url: 'https://files.example/clip.mp4?token=42', isNamed: false },
  },
};
const { url, isNamed, ...pulledRegistration } = pullRequest.data;
/** Announced by its address, and not begun. */
export const pullRequested: readonly MediaEvent[] = [
  { type: 'MediaRegistered', data: pulledRegistration },
  { type: 'PullRequested', data: { mediaId, url, isNamed } },
];
export const pullAnswer = {
  ...{ growingKey: 'pulls/m1/j1-1/0', filename: 'holiday.mp4', contentType: 'video/mp4' },
  ...{ sizeBytes: 4_500_000, etag: '"1"', lastModified: null },
};
export const pulled = { blobKey: 'media/m1/pulled/j1-1/0', sizeBytes: 4_500_000, sha256: 'ab' };

export const heldBy = (step: StepName, jobId = 'j1', attempt = 1) => ({ mediaId, step, attempt, jobId });
export const started = (step: StepName, jobId?: string, attempt?: number): MediaEvent => ({
  type: 'StepStarted',
  data: heldBy(step, jobId, attempt),
});
export const completed = (step: StepName, jobId?: string, attempt?: number): MediaEvent => ({
  type: 'StepCompleted',
  data: heldBy(step, jobId, attempt),
});
export const failed = (step: StepName, jobId?: string, attempt?: number): MediaEvent => ({
  type: 'StepFailed',
  data: { ...heldBy(step, jobId, attempt), code: 'ffmpeg_failed', message: 'no' },
});

export const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };
/** Of a step that {@link failed}. */
export const processingFailed = (step: StepName): MediaEvent => ({
  type: 'ProcessingFailed',
  data: { mediaId, step, code: 'ffmpeg_failed', message: 'no' },
});
export const failStep = (step: StepName): MediaCommandOf<'FailStep'> => ({
  type: 'FailStep',
  data: { ...heldBy(step), code: 'ffmpeg_failed', message: 'no', final: true, retryAt: null },
});
export const recordRenditions = (
  step: StepName,
  ...renditions: Rendition[]
): MediaCommandOf<'RecordRenditions'> => ({
  type: 'RecordRenditions',
  data: { ...heldBy(step), renditions },
});

/** A plan as the first version of the event would have told it. */
export const planOf = (
  steps: StepKind[],
  told: {
    readonly ladder?: LadderRung[];
    readonly previewRungs?: string[];
    readonly audio?: AudioRung | null;
  } = {},
): MediaEvent => {
  const { ladder = [], previewRungs = [], audio = null } = told;
  const planned = stepsOfVersion1({ steps, ladder, previewRungs });
  return { type: 'ProcessingPlanned', data: { mediaId, steps: planned, ladder, audio } };
};
export const planned = (...steps: StepKind[]): MediaEvent => planOf(steps);

export const rendition = (name = '360p'): Rendition => ({
  name,
  kind: 'video',
  width: 640,
  height: 360,
  frameRate: 25,
  averageBitrateBps: 300_000,
  peakBitrateBps: 400_000,
  codecs: 'avc1.64001e',
  segmentCount: 5,
  sizeBytes: 1_000_000,
  durationSeconds: 30,
  blobPrefix: `media/m1/hls/j1-1/${name}`,
});
export const renditionCompleted = (name?: string): MediaEvent => ({
  type: 'RenditionCompleted',
  data: { mediaId, rendition: rendition(name) },
});

/** Of the policy that decides where nobody has written one. */
export const policy = referenceOf(DEFAULT_MODERATION_POLICY);

export const moderated = (outcome: 'approved' | 'rejected' | 'in_review'): MediaEvent => ({
  type: 'ModerationDecided',
  data: { mediaId, outcome, rule: 'r', explanation: 'e', causes: [], policy },
});

/** Up to its plan, which comes next. */
export const probedItem: readonly MediaEvent[] = [
  ...[registered, uploaded, started('probe')],
  { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } },
  completed('probe'),
];

/** Up to the plan, everything still to do. */
export const inProcess: readonly MediaEvent[] = [
  ...probedItem,
  planned('transcode', 'thumbnails', 'moderate', 'tag'),
];

/** Frames on which the policy is sure to decide so. */
export const framesFor = (outcome: 'approved' | 'rejected' | 'in_review') => {
  const porn = { approved: 0.01, in_review: 0.7, rejected: 0.99 }[outcome];
  return [0, 1, 2, 3].map((atSeconds) => ({
    atSeconds,
    pick: 'spread' as const,
    blobKey: `media/m1/frames/j1-1/frame-00${atSeconds}.jpg`,
    labels: { drawing: 0, hentai: 0, neutral: 1 - porn, porn, sexy: 0 },
    scores: { adult: porn, suggestive: 0 },
  }));
};
export const model = { provider: 'local', model: 'nsfwjs', version: '4.3.0' };

/** As measured of a ladder of one rung. */
export const quality: Quality = {
  ...{ samplesAtSeconds: [0.5, 7], framesEach: 8, width: 640, height: 360 },
  rungs: [{ name: '360p', bitrateBps: 380_000, ssim: 0.98, worstSsim: 0.97, worstAtSeconds: 7 }],
};
