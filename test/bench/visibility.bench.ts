import { setTimeout as delay } from 'node:timers/promises';
import { measureLatencies, median } from './event-store/statistics.js';
import { announceItems } from './support/announced-items.js';
import { type BenchRow, watched, within } from './support/bench-row.js';
import { getRequest, jsonRequest } from './support/http-connection.js';
import { type ConnectionPool, openPool, runClosedLoop, runOpenLoop } from './support/load.js';
import { untilViewsFollow } from './support/until-views-follow.js';
import { portOf, withProduct } from './support/with-product.js';

const CONNECTIONS = 64;
const ITEMS = 2000;
const WARM_UP_SECONDS = 3;
const RATE_SECONDS = 5;
const ROUNDS = 3;
const ROUND_SECONDS = 5;
const LIMIT_MILLISECONDS = 100;
/** Following a change costs requests beside the commands, many when polling: one in so many is followed. */
const FOLLOWED = { waiting: 10, polling: 50 };
const POLL_MILLISECONDS = 2;

interface Item {
  readonly title: string;
}

/** From a command's acknowledgement until the query API shows the change, at half the rate the server can take. */
export const benchVisibility = (): Promise<BenchRow[]> =>
  withProduct({}, async ({ url }) => {
    const commands = await openPool(portOf(url), CONNECTIONS);
    const queries = await openPool(portOf(url), CONNECTIONS);
    try {
      const ids = await announceItems(commands, ITEMS);
      const change = (index: number, title: string) =>
        jsonRequest('PATCH', `/v1/media/${ids[index % ITEMS]}`, { title });
      const asFastAsItGoes = (seconds: number) =>
        runClosedLoop(commands, {
          seconds,
          expectedStatus: 202,
          requestNumber: (index) => change(index, `Title ${index}`),
        });
      await asFastAsItGoes(WARM_UP_SECONDS);
      const most = await asFastAsItGoes(RATE_SECONDS);
      await untilViewsFollow(url);

      const perSecond = most.perSecond / 2;
      const told = { ids, change, commands, queries, perSecond };
      const waited: Latencies[] = [];
      const polled: Latencies[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        waited.push(await measureChanges(told, FOLLOWED.waiting, seenBehindPosition));
        await untilViewsFollow(url);
        polled.push(await measureChanges(told, FOLLOWED.polling, seenByPolling));
        await untilViewsFollow(url);
      }
      const load = `${Math.round(perSecond)} changes/s, open loop, median of ${ROUNDS} rounds of ${ROUND_SECONDS} s`;
      const row = (what: string, rounds: readonly Latencies[], note: string) =>
        within(LIMIT_MILLISECONDS, {
          what,
          ours: median(rounds.map(({ p99Milliseconds }) => p99Milliseconds)),
          unit: 'ms',
          note: `${load}; p50 ${median(rounds.map(({ p50Milliseconds }) => p50Milliseconds)).toFixed(1)} ms; ${note}`,
        });
      return [
        watched({
          what: 'commands, 64 connections (PATCH a title)',
          ours: most.perSecond,
          unit: '/s',
          note: `closed loop over ${ITEMS} items; p50 ${most.p50Milliseconds.toFixed(1)} ms, p99 ${most.p99Milliseconds.toFixed(1)} ms`,
        }),
        row(
          'acknowledged to seen, p99, Mediaflow-After',
          waited,
          `every ${FOLLOWED.waiting}th change asked for once, answer included`,
        ),
        row(
          'acknowledged to seen, p99, polling',
          polled,
          `every ${FOLLOWED.polling}th change polled every ${POLL_MILLISECONDS} ms`,
        ),
      ];
    } finally {
      commands.close();
      queries.close();
    }
  });

type Latencies = ReturnType<typeof measureLatencies>;
type Seen = (queries: ConnectionPool, id: string, title: string, position: string) => Promise<void>;

async function measureChanges(
  told: {
    readonly ids: readonly string[];
    readonly change: (index: number, title: string) => string;
    readonly commands: ConnectionPool;
    readonly queries: ConnectionPool;
    readonly perSecond: number;
  },
  followEvery: number,
  seen: Seen,
): Promise<Latencies> {
  const milliseconds: number[] = [];
  await runOpenLoop({
    perSecond: told.perSecond,
    seconds: ROUND_SECONDS,
    async work(index) {
      const title = `Changed ${index}`;
      const answer = await told.commands.request(told.change(index, title), 202);
      const acknowledgedAt = performance.now();
      if (index % followEvery !== 0) return;
      const { position } = answer.json<{ position: string }>();
      await seen(told.queries, told.ids[index % ITEMS] ?? '', title, position);
      milliseconds.push(performance.now() - acknowledgedAt);
    },
  });
  return measureLatencies(milliseconds);
}

/** The item may have been changed once more before it is read. */
const shows = ({ title }: Item, wanted: string): boolean =>
  title.startsWith('Changed ') && numberIn(title) >= numberIn(wanted);
const numberIn = (title: string): number => Number(title.split(' ')[1]);

const seenBehindPosition: Seen = async (queries, id, title, position) => {
  const answer = await queries.request(getRequest(`/v1/media/${id}`, { 'Mediaflow-After': position }), 200);
  if (!shows(answer.json<Item>(), title))
    throw new Error(`${id} does not show "${title}" behind its position`);
};

const seenByPolling: Seen = async (queries, id, title) => {
  const request = getRequest(`/v1/media/${id}`);
  while (!shows((await queries.request(request, 200)).json<Item>(), title)) await delay(POLL_MILLISECONDS);
};
