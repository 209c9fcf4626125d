import { expect } from 'vitest';

const addresses = (playlist: string): string[] =>
  playlist.split('\n').flatMap((line) => {
    const uri = line.startsWith('#') ? /URI="([^"]+)"/.exec(line)?.[1] : line.trim();
    return uri ? [uri] : [];
  });

async function read(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return response.text();
}

/** Addresses of every playlist and of every file that a multivariant playlist leads to. */
export async function addressesOf(masterUrl: string): Promise<{ playlists: string[]; files: string[] }> {
  const playlists = addresses(await read(masterUrl)).map((uri) => new URL(uri, masterUrl).href);
  const files: string[] = [];
  for (const playlist of playlists)
    files.push(...addresses(await read(playlist)).map((uri) => new URL(uri, playlist).href));
  return { playlists, files };
}

/** Fetches everything a player would; every file has bytes. Returns how many there were. */
export async function playEverything(masterUrl: string): Promise<number> {
  const { files } = await addressesOf(masterUrl);
  for (const file of files) {
    const response = await fetch(file);
    expect(response.status, file).toBe(200);
    expect((await response.arrayBuffer()).byteLength, file).toBeGreaterThan(0);
  }
  expect(files.length).toBeGreaterThan(0);
  return files.length;
}
