/** What a script can tell from how a command ended. Part of the interface: codes are added, never changed. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  notPublished: 5,
  inReview: 6,
  unauthorized: 7,
  withheld: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    failed; the message says why
  2    wrong usage, or a file that cannot be uploaded
  3    the server cannot be reached
  4    there is no such item, view or dead letter
  5    upload --wait: the item was rejected, deleted, or its processing failed
  6    upload --wait: the item waits for a person's review
  7    the key is missing or wrong (MEDIAFLOW_API_KEY)
  8    models train, models backfill: the model is trained and may not be used; the message says why
  130  interrupted`;

const MOST_SERIOUS_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.unreachable,
  EXIT.unauthorized,
  EXIT.failed,
  EXIT.usage,
  EXIT.notFound,
  EXIT.notPublished,
  EXIT.inReview,
  EXIT.withheld,
];

/** One code for several results. */
export const mostSerious = (codes: readonly ExitCode[]): ExitCode =>
  MOST_SERIOUS_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
