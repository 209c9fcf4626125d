import { tusStatuses } from '../../src/commands/uploads/protocol/tus-messages.js';
import { type ErrorRow, errorRooms } from '../../src/core/error-codes/index.js';
import { isRetryableKind } from '../../src/core/errors.js';
import { STATUS } from '../../src/http/problem.js';
import { code, GENERATED, table } from './markdown.js';

type RoomName = keyof typeof errorRooms;

/** What stands beside a code: a status of its answer, whether another attempt may help, or nothing. */
type Beside = 'status' | 'worth another try' | null;

interface RoomOnPage {
  readonly heading: string;
  readonly about: string;
  readonly beside: Beside;
}

const status = (heading: string, about: string): RoomOnPage => ({ heading, about, beside: 'status' });

const ROOMS: Readonly<Record<RoomName, RoomOnPage>> = {
  requests: status('Any request', 'What any address may answer.'),
  uploads: status(
    'Uploads',
    'Of files in one request (`POST /v1/media`) and by tus (`/v1/uploads`). An upload that ends by one of them leaves it as the `failure` of its item, too.',
  ),
  pulls: status(
    'Files from an address',
    'Of `POST /v1/media` with a `url`. All but the address itself is found out while it is fetched, and then the `failure` of the item.',
  ),
  tus: status('Uploads by tus', 'Of `/v1/uploads` alone.'),
  media: status('Items', 'Of `/v1/media` and the review of items.'),
  playback: status('Playback', 'Of what players and pages fetch.'),
  recommendations: status('Recommendations', 'Of viewers and what is recommended to them.'),
  models: status('Models', 'Of `/v1/models`, and of what trains them.'),
  live: status(
    'Live sources',
    'Of `/v1/live`. The `code` of a source that is interrupted stands here or among those of files from an address.',
  ),
  events: status('Events', 'Of the event feed, and of positions in the log anywhere.'),
  operations: status('Operation', 'Those with 503 and 507 may be answered to any request.'),
  files: {
    heading: 'Files that are not taken',
    about:
      'The `code` of a step that failed, in the item’s `failure`, its history, and the dead letter of the job. The file is to blame, so the step is not tried again by itself; `POST /v1/media/{id}/retry` does, when something has changed. See [formats](formats.md) for what is taken.',
    beside: null,
  },
  processing: {
    heading: 'Work that failed',
    about:
      'The same places, where the file is not to blame. What is worth another try gets a few, with growing pauses, and becomes a dead letter when the last of them fails. Codes of other tables stand there too: `storage_full`, or a database that cannot be reached.',
    beside: 'worth another try',
  },
  inference: {
    heading: 'Models as a service',
    about:
      'Of the role `inference`, in the metadata `mediaflow-code` of an answer over gRPC, and of the steps that ask it, in the places above.',
    beside: 'worth another try',
  },
  startUp: {
    heading: 'Start',
    about: 'Why a process ends before it serves. It prints the message; no answer carries these codes.',
    beside: null,
  },
  commandLine: {
    heading: 'Command line',
    about:
      'What `mediaflow` itself finds wrong, in `error.code` with `--json` and in brackets without. A refusal by the server keeps the server’s code.',
    beside: null,
  },
  inside: status(
    'Inside',
    'What parts of the product tell each other. None of them is meant for an answer; the status is the one it would have. In an answer, or again and again in the log, it is a bug of ours unless the text says otherwise.',
  ),
  blobs: status('Inside: files and models', 'The same, of what keeps files and looks at pictures.'),
};

const INTERNAL = `500 as ${code('internal_error')}`;

/** What a code is answered with: by a status of its own, else by its kinds; by tus otherwise, where tus says so. */
function statusesOf(room: RoomName, name: string, { kinds, statuses }: ErrorRow): string {
  const byTus = (tusStatuses as Readonly<Record<string, number>>)[name];
  if (room === 'tus' && byTus !== undefined) return String(byTus);
  const answered =
    statuses?.map(String) ?? kinds.map((kind) => (kind === 'internal' ? INTERNAL : String(STATUS[kind])));
  const all = [...new Set(answered)].sort();
  if (byTus !== undefined && !all.includes(String(byTus))) all.push(`${byTus} by tus`);
  return all.join(', ') || '–';
}

function worthAnotherTry({ kinds }: ErrorRow): string {
  const answers = new Set(kinds.map((kind) => (isRetryableKind(kind) ? 'yes' : 'no')));
  return answers.size === 0 ? '–' : [...answers].join(' or ');
}

function tableOf(room: RoomName, beside: Beside): string {
  const rows = Object.entries<ErrorRow>(errorRooms[room]).map(([name, row]) => [
    code(name),
    ...(beside === 'status' ? [statusesOf(room, name, row)] : []),
    ...(beside === 'worth another try' ? [worthAnotherTry(row)] : []),
    row.advice,
  ]);
  return table(['code', ...(beside === null ? [] : [beside]), 'what it means, and what to do'], rows);
}

/** `docs/errors.md`, from the table of codes that errors can be made with. */
export const errorsPage = (): string =>
  `${[
    GENERATED,
    '# Errors',
    'Whatever is refused is answered with a problem (RFC 9457, `application/problem+json`):',
    '```json\n{\n  "type": "urn:mediaflow:problem:media_not_found",\n  "title": "Not found",\n  "status": 404,\n  "code": "media_not_found",\n  "detail": "There is no media 7.",\n  "details": { "mediaId": "7" }\n}\n```',
    [
      '- **`code`** is stable: programs compare with it. Codes are added, and none changes its meaning. Take one you do not know by its status.',
      '- **`detail`** is a sentence for people, and may change with every release.',
      '- **`details`** has figures and names for programs, where there are any.',
      '- **`Retry-After`** comes with every 423, 503 and 507, and wherever it is known when the same may work: wait for as long. Without it a 4xx is, as a rule, refused again until something changes.',
      '- **`Allow`** comes with 405, **`WWW-Authenticate`** with 401, **`Content-Range`** with 416, **`Tus-Version`** with 412.',
      '- No problem may be kept by a cache (`Cache-Control: no-store`). An answer to `HEAD` has the status and headers alone.',
    ].join('\n'),
    'A change whose answer was lost, or was a 5xx, is sent again with the same `Idempotency-Key`: it is done once.',
    ...Object.entries(ROOMS).flatMap(([room, { heading, about, beside }]) => [
      `## ${heading}`,
      about,
      tableOf(room as RoomName, beside),
    ]),
  ].join('\n\n')}\n`;
