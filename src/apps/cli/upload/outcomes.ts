import { EXIT, type ExitCode } from '../exit-codes.js';
import { CliFailure, interrupted } from '../failure.js';
import type { ServerContext } from '../server-command.js';
import { formatCount } from '../terminal/format.js';
import type { LocalFile } from './local-files.js';
import type { NamedFile, Outcome } from './outcome.js';

/** What goes wrong for one file and would for all behind it. */
const STOPPING: readonly ExitCode[] = [EXIT.unreachable, EXIT.unauthorized];

/** Sends files of a folder one by one; what would stop all others as well is told of one, and the others are not begun. */
export function createStop(signal: AbortSignal) {
  let reason: CliFailure | undefined;
  return {
    async guard<Sent>(send: () => Promise<Sent>, onNotBegun: () => void): Promise<Sent> {
      const stopped = reason ?? (signal.aborted ? interrupted() : undefined);
      if (stopped) {
        onNotBegun();
        throw stopped;
      }
      try {
        return await send();
      } catch (error) {
        if (error instanceof CliFailure && STOPPING.includes(error.exitCode)) reason ??= error;
        throw error;
      }
    },
  };
}
export type Stop = ReturnType<typeof createStop>;

/** What became of a file of a folder that cannot be sent. */
export const cannotBeSent = (path: string, problem: string): Outcome => ({
  file: { path, name: path, sizeBytes: null } satisfies Pick<LocalFile, 'path' | 'name'> & NamedFile,
  exitCode: EXIT.usage,
  failure: new CliFailure(EXIT.usage, 'usage', `It ${problem}.`),
  resumable: false,
});

export function sayWhatIsLeft(
  { output, typed, signal }: ServerContext,
  outcomes: readonly Outcome[],
  { wait, isFolder }: { readonly wait: boolean; readonly isFolder: boolean },
): void {
  const unsent = outcomes.filter(({ mediaId }) => mediaId === undefined);
  const first = outcomes[0];
  if (isFolder) output.note(summaryOf(outcomes));
  if (unsent.some(({ resumable, notBegun }) => resumable || notBegun))
    output.note('Run the same command again to go on where it stopped.');
  if (signal.aborted && outcomes.some(({ mediaId }) => mediaId))
    output.note(`What is sent goes on without this command: ${typed('status ID')}.`);
  if (!wait && outcomes.length === 1 && first?.mediaId && !signal.aborted)
    output.note(`${typed(`status ${first.mediaId}`)} shows how it goes.`);
}

/** `3 files sent, 2 had been sent before, 1 failed.` */
function summaryOf(outcomes: readonly Outcome[]): string {
  const count = (isOne: (outcome: Outcome) => boolean) => outcomes.filter(isOne).length;
  const isStopped = ({ exitCode }: Outcome) => exitCode === EXIT.interrupted;
  const isOnItsWay = ({ mediaId, notBegun }: Outcome) => mediaId === undefined && !notBegun;
  const before = count(({ wasSent = false }) => wasSent);
  const sent = count(({ mediaId }) => mediaId !== undefined) - before;
  const stopped = count((outcome) => isOnItsWay(outcome) && isStopped(outcome));
  const failed = count((outcome) => isOnItsWay(outcome) && !isStopped(outcome));
  const notBegun = count((outcome) => outcome.notBegun === true);
  const parts = [
    `${formatCount(sent)} ${sent === 1 ? 'file' : 'files'} sent`,
    ...(before > 0 ? [`${formatCount(before)} had been sent before`] : []),
    ...(stopped > 0 ? [`${formatCount(stopped)} interrupted`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(notBegun > 0 ? [`${formatCount(notBegun)} not begun`] : []),
  ];
  return `${parts.join(', ')}.`;
}
