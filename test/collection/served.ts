import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Served {
  readonly durationSeconds: number;
  /** A line for each stream. */
  readonly streams: readonly string[];
  readonly wrong: readonly string[];
}

/** What ffprobe and the playlists' own text say of what is served at the address of a master playlist. */
export async function served(address: string): Promise<Served> {
  const master = await textOf(address);
  const bandwidths = [...master.matchAll(/[:,]BANDWIDTH=(\d+)/g)].map(([, bps]) => Number(bps));
  const media = [
    ...master.split('\n').filter((line) => line && !line.startsWith('#')),
    ...[...master.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri ?? ''),
  ].map((uri) => new URL(uri, address).href);
  const playlists = await Promise.all(media.map(textOf));
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_entries'],
    'stream=codec_type,codec_name,width,height,r_frame_rate,color_space,color_range:format=duration',
    address,
  ]);
  const { streams, format } = JSON.parse(stdout) as {
    streams: Record<string, string>[];
    format: { duration?: string };
  };
  return {
    durationSeconds: Number(format.duration ?? Math.max(...playlists.map(lengthOf))),
    streams: [
      ...new Set(
        streams.map(({ codec_type, codec_name, width, height, r_frame_rate, color_space }) =>
          codec_type === 'video'
            ? `${codec_name} ${width} × ${height} at ${r_frame_rate} ${color_space}`
            : `${codec_name}`,
        ),
      ),
    ],
    wrong: [
      ...(playlists.some((text) => !(Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]) >= 1))
        ? ['a target duration below 1']
        : []),
      ...(playlists.some((text) => !text.includes('#EXT-X-ENDLIST')) ? ['a playlist without an end'] : []),
      ...(bandwidths.some((bps, index) => bps < (bandwidths[index - 1] ?? 0)) && isAscending(master)
        ? ['bandwidth falls while the size rises']
        : []),
    ],
  };
}

const isAscending = (master: string): boolean => {
  const heights = [...master.matchAll(/RESOLUTION=\d+x(\d+)/g)].map(([, height]) => Number(height));
  return heights.every((height, index) => height >= (heights[index - 1] ?? 0));
};

const lengthOf = (playlist: string): number =>
  [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);

async function textOf(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}
