import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import type { ChunkToJoin } from '../../src/core/chunk-tools.js';
import { cutFilm } from '../../src/domain/media/chunks.js';
import { planLadder } from '../../src/domain/media/ladder.js';
import { median } from './event-store/statistics.js';
import type { BenchRow } from './support/bench-row.js';

const run = promisify(execFile);
const realClip = new URL('../../../shared/media/big-buck-bunny-480p-30s.mp4', import.meta.url).pathname;
const filmSeconds = Number(process.env.CHUNKED_SECONDS ?? 360);
/** A sixth of the usual: what every chunk costs by itself counts six times as much. */
const chunkSeconds = Number(process.env.CHUNK_SECONDS ?? 30);
const turns = 2;
const workers = [2, 4] as const;

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
};

/** When the last of these is done where each is taken, in order, by whoever is free first. */
export function makespan(seconds: readonly number[], workerCount: number): number {
  const freeAt = Array.from({ length: workerCount }, () => 0);
  for (const each of seconds) {
    const next = freeAt.indexOf(Math.min(...freeAt));
    freeAt[next] = (freeAt[next] ?? 0) + each;
  }
  return Math.max(...freeAt);
}

/** A film encoded in chunks, one after the other on all cores, beside one ffmpeg on all cores; and what that is with more machines. */
export async function benchChunks(): Promise<BenchRow[]> {
  const tools = createFfmpegVideoTools();
  const { ffmpeg } = await tools.describe();
  if (!ffmpeg.available) throw new Error(ffmpeg.reason);
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'));
  try {
    const inputPath = await makeFilm(ffmpeg.path, folder);
    const signal = new AbortController().signal;
    const probe = await tools.probe(inputPath, signal);
    const { chunks: ranges } = cutFilm(
      { ...probe, photo: null, audio: [], subtitles: [], chapters: [], leftOut: [] },
      { fromSeconds: 60, chunkSeconds },
    );
    const { video, durationSeconds } = probe;
    if (!video || !ranges) throw new Error('The film cannot be cut.');
    const rungs = planLadder(video, null);
    const request = { inputPath, video, rungs, durationSeconds, onProgress: () => {}, signal };
    const whole: number[] = [];
    const cut: (readonly number[])[] = [];
    const joins: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const place = async (name: string) => {
        const path = join(folder, `${turn}`, name);
        await mkdir(path, { recursive: true });
        return path;
      };
      const wholeFolder = await place('whole');
      whole.push(
        await secondsOf(() => tools.transcodeToHls({ ...request, audio: null, outputFolder: wholeFolder })),
      );
      const encoded: ChunkToJoin[] = [];
      const seconds: number[] = [];
      for (const [index, range] of ranges.entries()) {
        const outputFolder = await place(`chunk-${index}`);
        seconds.push(
          await secondsOf(async () => {
            const chunk = await tools.encodeChunk({ ...request, ...range, outputFolder });
            encoded.push({ ...chunk, nameOf: (file) => `${index}.${file}` });
          }),
        );
      }
      cut.push(seconds);
      const outputFolder = await place('joined');
      joins.push(await secondsOf(() => tools.joinChunks({ chunks: encoded, outputFolder })));
      await rm(join(folder, `${turn}`), { recursive: true });
    }
    const peer = median(whole);
    const withWorkers = (count: number) =>
      median(cut.map((seconds, turn) => makespan(seconds, count) + (joins[turn] ?? 0)));
    const what = `film in ${ranges.length} chunks`;
    const note = `${durationSeconds.toFixed(0)} s of ${video.width}×${video.height}, ${rungs.length} rungs without sound, chunks of ${chunkSeconds} s (180 are usual); one ffmpeg on all cores took ${peer.toFixed(1)} s, the join ${(median(joins) * 1000).toFixed(0)} ms; ffmpeg ${ffmpeg.version}`;
    return [
      {
        ...{ what: `${what}, one machine`, ours: withWorkers(1), limit: peer, unit: 's' },
        ...{ ratio: withWorkers(1) / peer, note, target: { atMost: 1.05 } },
      },
      ...workers.map((count) => ({
        ...{
          what: `${what}, ${count} machines`,
          ours: peer / withWorkers(count),
          limit: count,
          unit: 'times as fast',
        },
        ratio: peer / withWorkers(count) / count,
        note: `As if ${count} machines like this one had each taken the next chunk when free, from the seconds that each chunk took here, and the join after them: they take ${withWorkers(count).toFixed(1)} s`,
        target: { atLeast: 0.8 },
      })),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The clip of the other benches over and over, or a test picture, with keyframes near enough for chunks this short. */
async function makeFilm(ffmpegPath: string, folder: string): Promise<string> {
  const [scene, path] = [join(folder, 'scene.mp4'), join(folder, 'film.mp4')];
  const source = existsSync(realClip)
    ? ['-i', realClip, '-map', '0:v:0']
    : ['-f', 'lavfi', '-i', 'testsrc2=size=854x480:rate=24:duration=30', '-pix_fmt', 'yuv420p'];
  const encoded = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-g', '96', scene];
  await run(ffmpegPath, ['-v', 'error', ...source, ...encoded]);
  const looped = ['-stream_loop', '-1', '-i', scene, '-c', 'copy', '-t', String(filmSeconds), path];
  await run(ffmpegPath, ['-v', 'error', ...looped]);
  return path;
}
