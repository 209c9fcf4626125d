import type { MediaItem } from '../answers.js';
import { statusStyle, statusText } from '../describe-item.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { CliFailure } from '../failure.js';
import { formatPercent } from '../terminal/format.js';
import type { Output } from '../terminal/output.js';
import { printable } from '../terminal/text.js';
import type { LocalFile } from './local-files.js';

/** What is told of a file here. */
export interface NamedFile extends Pick<LocalFile, 'path' | 'name'> {
  /** Null of one that the server fetches. */
  readonly sizeBytes: number | null;
}

/** What became of one file. */
export interface Outcome {
  readonly file: NamedFile;
  readonly exitCode: ExitCode;
  readonly sha256?: string;
  /** Once every byte is on the server. */
  readonly mediaId?: string;
  readonly position?: string | undefined;
  /** Whether an interrupted upload was finished. */
  readonly resumed?: boolean;
  /** Whether an earlier command had sent it. */
  readonly wasSent?: boolean;
  /** Whether it was left out because others could not be sent either, or since it was interrupted. */
  readonly notBegun?: boolean;
  /** Where it was waited for. */
  readonly item?: MediaItem;
  readonly failure?: CliFailure;
  /** How much was sent when it failed, 0 to 1. */
  readonly sentFraction?: number;
  /** Whether sending it again goes on where it stopped. */
  readonly resumable: boolean;
}

export const toJson = ({
  file,
  failure,
  item,
  exitCode,
  sha256,
  mediaId,
  position,
  resumed,
  wasSent,
}: Outcome) => ({
  file: file.path,
  ...(file.sizeBytes === null ? {} : { sizeBytes: file.sizeBytes }),
  exitCode,
  ...(sha256 ? { sha256 } : {}),
  ...(mediaId ? { mediaId } : {}),
  ...(position ? { position } : {}),
  ...(resumed === undefined ? {} : { resumed }),
  ...(wasSent ? { wasSent } : {}),
  ...(item ? { item } : {}),
  ...(failure ? { error: { code: failure.code, message: failure.message } } : {}),
});

/** A file's result for people. */
export function reportOutcome(outcome: Outcome, output: Output, absolute: (path: string) => string): void {
  const { file, failure, item, mediaId, sentFraction } = outcome;
  const { paint } = output;
  const name = printable(file.path);
  // Of thousands that were not begun, and that are there already, one number says enough.
  if (output.isJson || outcome.notBegun || (outcome.wasSent && outcome.exitCode === EXIT.ok)) return;
  if (failure && outcome.exitCode === EXIT.interrupted) {
    const share = sentFraction === undefined ? '' : `, ${formatPercent(sentFraction)} sent`;
    output.line(
      `${paint('yellow', '–')} ${name}  ${mediaId ? `${mediaId}  not waited for` : `interrupted${share}`}`,
    );
  } else if (failure) {
    output.failure({ ...failure, message: `${name}: ${failure.message}` });
  } else if (!item) {
    output.line(`${paint('green', '✓')} ${name}  ${mediaId}  ${doneWith(outcome)}`);
  } else {
    const mark = item.status === 'published' ? '✓' : item.status === 'in_review' ? '?' : '✗';
    const style = statusStyle(item.status);
    output.line(`${paint(style, mark)} ${name}  ${mediaId}  ${paint(style, statusText(item.status))}`);
    for (const line of explanationOf(item, absolute)) output.line(`  ${line}`);
  }
}

function doneWith({ file, resumed = false }: Outcome): string {
  if (file.sizeBytes === null) return 'being fetched by the server';
  return resumed ? 'uploaded, resumed' : 'uploaded';
}

/** Why it stands as it does, and where to go from there. */
function explanationOf(item: MediaItem, absolute: (path: string) => string): string[] {
  const { status, moderation, failure, playbackUrl, posterUrl, steps } = item;
  // What is not played is looked at.
  const address = playbackUrl ?? posterUrl;
  if (status === 'published') {
    const underWay = steps.filter((step) => step.status === 'running' || step.status === 'queued');
    // Moderation has said what it has to say, or the item would not be published.
    const names = underWay.map(({ step }) => step).filter((step) => !step.startsWith('moderate'));
    return [
      ...(address ? [absolute(address)] : []),
      ...(names.length > 0 ? [printable(`Still under way: ${names.join(', ')}.`)] : []),
    ];
  }
  if (failure) return [printable(`${failure.step}: ${failure.message} (${failure.code})`)];
  return moderation ? [printable(moderation.explanation)] : [];
}
