import type { MediaItem, MediaStatus } from './answers.js';
import {
  formatBitrate,
  formatBytes,
  formatInstant,
  formatPercent,
  formatSeconds,
} from './terminal/format.js';
import { type Paint, padEnd, printable, type Style } from './terminal/text.js';

const STATUS_STYLES: Readonly<Record<MediaStatus, Style>> = {
  uploading: 'cyan',
  processing: 'cyan',
  in_review: 'yellow',
  published: 'green',
  rejected: 'red',
  failed: 'red',
  deleted: 'dim',
};

export const statusStyle = (status: MediaStatus): Style => STATUS_STYLES[status] ?? 'reset';
export const statusText = (status: MediaStatus): string => status.replaceAll('_', ' ');

type Step = MediaItem['steps'][number];

/** How each status of a step is marked and coloured. */
export const STEP_MARKS: Readonly<Record<Step['status'], readonly [mark: string, style: Style]>> = {
  queued: ['·', 'dim'],
  running: ['▸', 'cyan'],
  waiting_to_retry: ['↻', 'yellow'],
  completed: ['✓', 'green'],
  failed: ['✗', 'red'],
  cancelled: ['–', 'dim'],
};

/** `transcode 45 %`, marked and coloured by how it stands. */
export function stepText(step: Step, paint: Paint): string {
  const [mark, style] = STEP_MARKS[step.status] ?? ['?', 'reset'];
  const share = step.status === 'running' && step.fraction ? ` ${formatPercent(step.fraction)}` : '';
  return `${paint(style, mark)} ${printable(step.step)}${share}`;
}

function stepDetail({ status, attempt, error, retryAt }: Step): string {
  if (!error || status === 'completed') return attempt > 1 ? `attempt ${attempt}` : '';
  // What is running has not failed: the error is of an attempt before it.
  if (status === 'running' || status === 'queued')
    return printable(`attempt ${attempt}, the last error was: ${error.message} (${error.code})`);
  const next = status === 'waiting_to_retry' && retryAt ? `, again at ${formatInstant(retryAt)}` : '';
  return printable(`attempt ${attempt}: ${error.message} (${error.code})${next}`);
}

const INDENT = 12;
const STEP_WIDTH = 18;

/** A value after its name, as all of them are shown. */
export const fieldLine = (name: string, value: string, paint: Paint): string =>
  `${paint('dim', padEnd(name, INDENT - 1))} ${value}`;

type Song = NonNullable<MediaItem['song']>;
type LeftOut = MediaItem['leftOut'][number];

const LEFT_OUT_REASONS: Readonly<Record<LeftOut['reason'], string>> = {
  no_samples: 'it holds nothing',
  codec_not_taken: 'this codec is not taken',
  cannot_be_decoded: 'it cannot be decoded',
  another_is_shown: 'another one is shown',
  bitmap_subtitles: 'they are pictures of text',
  too_many_tracks: 'there are too many',
  too_much_text: 'there is too much of it',
};

const leftOutText = ({ kind, streamIndex, codec, reason }: LeftOut): string =>
  printable(`${kind} ${streamIndex} (${codec}): ${LEFT_OUT_REASONS[reason] ?? reason}`);

/** All there is to say of an item. */
export function itemLines(item: MediaItem, paint: Paint, absolute: (path: string) => string): string[] {
  const field = (name: string, value: string | null | undefined): string[] =>
    value ? [fieldLine(name, value, paint)] : [];
  const more = (lines: readonly string[]) => lines.map((line) => `${' '.repeat(INDENT)}${line}`);
  const { moderation, failure } = item;
  const [firstStep, ...steps] = item.steps.map((step) => {
    const detail = stepDetail(step);
    const text = stepText(step, paint);
    return detail ? `${padEnd(text, STEP_WIDTH)} ${paint('dim', detail)}` : text;
  });

  const [firstLeftOut, ...leftOut] = item.leftOut.map(leftOutText);
  const [firstSubtitles, ...subtitles] = item.subtitleTracks.map(
    ({ name, url }) => `${printable(name)} ${absolute(url)}`,
  );

  return [
    `${paint('bold', printable(item.title) || item.filename)}  ${paint(statusStyle(item.status), statusText(item.status))}`,
    ...field('id', item.id),
    ...field('file', printable(factsOf(item).join(', '))),
    ...field('song', item.song && songText(item.song)),
    ...field('same as', item.duplicateOf),
    ...field('about', printable(item.description)),
    ...field('tags', item.tags.map(printable).join(', ')),
    ...field('seen in it', item.detectedTags.map(printable).join(', ')),
    ...field('created', formatInstant(item.createdAt)),
    ...field('published', item.publishedAt && formatInstant(item.publishedAt)),
    ...field('steps', firstStep),
    ...more(steps),
    ...field('done at', item.expectedEndAt && `${formatInstant(item.expectedEndAt)}, at the pace so far`),
    ...field('renditions', renditionsOf(item)),
    ...field('sound', soundsOf(item)),
    ...field('left out', firstLeftOut),
    ...more(leftOut),
    ...(moderation
      ? [
          ...field(
            'moderation',
            `${statusText(moderation.outcome as MediaStatus)} by ${printable(moderation.by)}`,
          ),
          ...more([printable(moderation.explanation), paint('dim', ruleText(moderation))]),
        ]
      : []),
    ...(failure
      ? field(
          'failure',
          paint('red', printable(`${failure.step}: ${failure.message}`)) + paint('dim', ` (${failure.code})`),
        )
      : []),
    ...field('play', item.playbackUrl && absolute(item.playbackUrl)),
    ...field('subtitles', firstSubtitles),
    ...more(subtitles),
    ...madeFiles(item, absolute).flatMap(([stem, where]) => field(stem, where)),
    ...field('storyboard', item.storyboardUrl && absolute(item.storyboardUrl)),
    ...field(
      'chapters',
      item.chaptersUrl &&
        `${absolute(item.chaptersUrl)}${item.chaptersSource === 'scenes' ? ' (of its scenes)' : ''}`,
    ),
  ];
}

/** `The Larks: Morning (Days, 3 of 12, 1999, Folk)` */
function songText({ title, artist, album, track, trackCount, year, genre }: Song): string {
  const name = [artist, title].filter((each) => each !== null).join(': ');
  const place = track === null ? null : trackCount === null ? `track ${track}` : `${track} of ${trackCount}`;
  const more = [album, place, year, genre].filter((each) => each !== null).join(', ');
  return printable([name, more && (name ? `(${more})` : more)].filter(Boolean).join(' '));
}

type MadeFile = readonly [stem: string, where: string];

/** The files that steps have made, by name: widths from the smallest on, what differs in its format alone in one line. */
function madeFiles({ derivatives }: MediaItem, absolute: (path: string) => string): readonly MadeFile[] {
  const shown = derivatives.filter(({ name }) => !name.startsWith('subtitles/'));
  const stems = Map.groupBy(
    shown.toSorted((a, b) => byNumber.compare(a.name, b.name)),
    ({ name }) => stemOf(name),
  );
  return [...stems].map(([stem, [first, ...others]]) => {
    const formats = others.map(({ name }) => printable(name).slice(stem.length));
    return [stem, [first ? absolute(first.url) : '', ...formats].join(', ')];
  });
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** `preview` of `preview.gif`. */
const stemOf = (name: string): string => printable(name).replace(/\.[^./]*$/, '');

const ruleText = ({ rule, policy }: NonNullable<MediaItem['moderation']>): string =>
  `rule ${printable(rule)}${policy ? ` of policy ${printable(policy.version)} (${policy.hash.slice(0, 12)})` : ''}`;

const factsOf = (item: MediaItem): string[] => [
  // Those without a key are not told its name.
  ...(item.filename ? [item.filename] : []),
  ...(item.sizeBytes === null ? [] : [formatBytes(item.sizeBytes)]),
  ...(item.width && item.height ? [`${item.width}×${item.height}`] : []),
  ...(item.durationSeconds === null ? [] : [formatSeconds(item.durationSeconds)]),
];

/** Of one there is nothing to be chosen. */
const soundsOf = ({ audioTracks }: MediaItem): string =>
  audioTracks.length > 1 ? printable(audioTracks.map(({ name }) => name).join(', ')) : '';

const renditionsOf = (item: MediaItem): string =>
  item.renditions.map(({ name, peakBitrateBps }) => `${name} ${formatBitrate(peakBitrateBps)}`).join(', ');
