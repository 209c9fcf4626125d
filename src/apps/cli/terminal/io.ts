/** A stream that may be a terminal. */
export type TerminalStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A terminal that does not know its size says 0. */
export const columnsOf = ({ columns }: Pick<TerminalStream, 'columns'>): number => columns || 80;

/** What a command has to do with the process it runs in. */
export interface CliIo {
  /** What one types to run this program, such as `npx mediaflow`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: TerminalStream;
  /** Progress, errors, hints. */
  readonly stderr: TerminalStream;
  /** From the first call on, Ctrl-C fires the signal instead of ending the process; a second one still ends it. */
  interrupt(): AbortSignal;
}
