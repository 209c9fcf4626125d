import type { MediaItem } from '../answers.js';
import { statusText, stepText } from '../describe-item.js';
import { formatBytes, formatPercent, formatSeconds } from '../terminal/format.js';
import { columnsOf } from '../terminal/io.js';
import type { Output } from '../terminal/output.js';
import { createPace, progressBar } from '../terminal/progress-bar.js';
import { type Paint, padEnd, printable, truncate, widthOf } from '../terminal/text.js';
import type { NamedFile } from './outcome.js';
import { createUploadTotal } from './upload-total.js';

const REDRAW_MILLISECONDS = 100;
const WIDEST_BAR = 24;
const NARROWEST_BAR = 8;
const WIDEST_NAME = 24;
/** Of everything beside the name and the bar. */
const FACTS_WIDTH = 50;

/** How one file is doing, to be told by whoever works on it. */
export interface FileView {
  hashing(hashedBytes: number): void;
  sending(sentBytes: number): void;
  retrying(): void;
  processing(item: MediaItem): void;
  /** Takes the file out of the progress; its result is printed above. */
  end(): void;
}

export interface UploadView {
  file(file: NamedFile): FileView;
  stop(): void;
}

/** Progress of files that are on their way: drawn in place on a terminal, a line a step elsewhere. */
export function createUploadView(
  output: Output,
  files: readonly NamedFile[],
  terminal: { readonly rows?: number; readonly columns?: number },
): UploadView {
  const { notePaint: paint } = output;
  const columns = columnsOf(terminal);
  const nameWidth = Math.min(
    WIDEST_NAME,
    files.reduce((width, { name }) => Math.max(width, widthOf(printable(name))), 0),
  );
  const barWidth = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns - nameWidth - FACTS_WIDTH));
  const active = new Map<NamedFile, () => string>();
  const total = createUploadTotal(files, paint);
  let ended = 0;

  function draw(): void {
    const limit = Math.max(1, (terminal.rows || 24) - 4);
    const lines = [...active.values()].slice(0, limit).map((line) => line());
    const others = files.length - ended - lines.length;
    const more = others > 0 ? [paint('dim', `and ${others} more`)] : [];
    output.live([...lines, ...more, ...(files.length > 1 ? [total.line(ended)] : [])]);
  }
  const timer = output.isLive ? setInterval(draw, REDRAW_MILLISECONDS) : undefined;

  return {
    file(file) {
      const label = padEnd(truncate(printable(file.name), nameWidth), nameWidth);
      const sizeBytes = file.sizeBytes ?? 0;
      const pace = createPace();
      const told = new Set<string>();

      const show = (text: () => string) => active.set(file, () => `${label}  ${text()}`);
      const bar = (bytes: number) =>
        `${progressBar(bytes / sizeBytes, barWidth, paint)} ${formatPercent(bytes / sizeBytes).padStart(5)}`;
      const tellOnce = (text: string) => {
        if (output.isLive || told.has(text)) return;
        told.add(text);
        output.note(`${printable(file.name)}: ${text}`);
      };

      return {
        hashing: (bytes) => show(() => `${bar(bytes)}  ${paint('dim', 'checking')}`),
        sending(bytes) {
          tellOnce(`sending ${formatBytes(sizeBytes)}`);
          pace.reached(bytes, performance.now() / 1000);
          total.sent(file, bytes);
          show(() => {
            const perSecond = pace.perSecond();
            const left = pace.secondsFor(sizeBytes - bytes);
            const facts = [
              `${formatBytes(bytes)} of ${formatBytes(sizeBytes)}`,
              ...(perSecond === undefined ? [] : [`${formatBytes(perSecond)}/s`]),
              ...(left === undefined || bytes === sizeBytes ? [] : [`${formatSeconds(left)} left`]),
            ];
            return `${bar(bytes)}  ${paint('dim', facts.join('  '))}`;
          });
        },
        retrying() {
          tellOnce('the connection was lost, trying again');
          show(() => paint('yellow', 'the connection was lost, trying again'));
        },
        processing(item) {
          for (const { step, status, error } of item.steps)
            if (status === 'completed' || status === 'failed') tellOnce(`${step} ${status}`);
            else if (status === 'waiting_to_retry' && error)
              tellOnce(`${step} is tried again: ${printable(error.message)}`);
          show(() => `${paint('cyan', statusText(item.status))}  ${stepsText(item, paint)}`);
        },
        end() {
          active.delete(file);
          total.ended(file);
          ended++;
          if (output.isLive) draw();
        },
      };
    },
    stop() {
      clearInterval(timer);
      output.live([]);
    },
  };
}

/** What is being done, and how much of the rest is behind us. */
function stepsText({ steps }: MediaItem, paint: Paint): string {
  const completed = steps.filter(({ status }) => status === 'completed').length;
  const underWay = steps.filter(({ status }) => !['completed', 'queued', 'cancelled'].includes(status));
  const count = steps.length === 0 ? [] : [paint('dim', `${completed} of ${steps.length} steps`)];
  return [...count, ...underWay.map((step) => `${stepText(step, paint)}${whyAgain(step, paint)}`)].join('  ');
}

const whyAgain = ({ status, error }: MediaItem['steps'][number], paint: Paint): string =>
  status === 'waiting_to_retry' && error ? paint('dim', ` ${printable(error.message)}`) : '';
