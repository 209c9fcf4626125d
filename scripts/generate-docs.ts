// Writes what of docs/ comes from schemas and rules; with --check it changes nothing and fails when one is out of date.
// It runs on the sources themselves, so that no build has to be fresh.
import { readFileSync, writeFileSync } from 'node:fs';
import { allowedFormats, decoders, maximumPixels } from '../src/adapters/ffmpeg/allow-lists.js';
import { topicTable } from '../src/adapters/kafka/topics/topic-table.js';
import { environmentSchema } from '../src/apps/config.js';
import type { JsonObject } from '../src/core/json.js';
import { aggregates } from '../src/domain/index.js';
import { jobKinds } from '../src/domain/jobs.js';
import { metricTable } from '../src/observing/metric-table.js';
import { configurationPage } from './docs/configuration-page.js';
import { errorsPage } from './docs/errors-page.js';
import { type DescribedAggregate, eventsPage } from './docs/events-page.js';
import { formatsPage } from './docs/formats-page.js';
import { kafkaTopicsPage } from './docs/kafka-topics-page.js';
import { metricsPage } from './docs/metrics-page.js';
import { readFileImports, readRoomRules, roomGraph } from './docs/rooms/room-graph.js';
import { roomCaptions } from './docs/rooms/rooms.js';
import { roomsPicture } from './docs/rooms/rooms-picture.js';

const fileOf = (path: string) => new URL(`../${path}`, import.meta.url);

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(fileOf(path), 'utf8');
  } catch {
    return undefined;
  }
}

function exampleOf(type: string, version: number): JsonObject {
  const path = `test/fixtures/events/${type}.v${version}.json`;
  const text = contentOf(path);
  if (text === undefined) throw new Error(`${type} has no golden example yet: write ${path}`);
  return JSON.parse(text) as JsonObject;
}

const rooms = roomGraph(readFileImports(), readRoomRules());
const pages: Readonly<Record<string, string>> = {
  'docs/events.md': eventsPage(Object.values(aggregates) as unknown as DescribedAggregate[], exampleOf),
  'docs/configuration.md': configurationPage(environmentSchema),
  'docs/errors.md': errorsPage(),
  'docs/kafka-topics.md': kafkaTopicsPage(topicTable(jobKinds)),
  'docs/metrics.md': metricsPage(metricTable),
  'docs/rooms.svg': roomsPicture(rooms, roomCaptions),
  'docs/formats.md': formatsPage({ formats: allowedFormats, decoders, maximumPixels }),
};

const stale = Object.entries(pages).filter(([path, text]) => contentOf(path) !== text);
if (!process.argv.includes('--check')) {
  for (const [path, text] of stale) {
    writeFileSync(fileOf(path), text);
    console.info(`${path} written`);
  }
} else if (stale.length > 0) {
  console.error(`Not up to date: ${stale.map(([path]) => path).join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
}
