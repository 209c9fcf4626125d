import { expect } from 'vitest';

/** Fetches every address the master playlist leads to, and tells how many files these were. */
export async function playEverything(masterUrl: string): Promise<number> {
  const lines = async (url: string) => {
    const response = await fetch(url);
    expect(response.status, url).toBe(200);
    return (await response.text()).split('\n');
  };
  const addresses = (text: string[]) =>
    text.flatMap((line) => {
      const uri = line.startsWith('#') ? /URI="([^"]+)"/.exec(line)?.[1] : line.trim();
      return uri ? [uri] : [];
    });
  let files = 0;
  for (const playlist of addresses(await lines(masterUrl))) {
    const playlistUrl = new URL(playlist, masterUrl).href;
    for (const segment of addresses(await lines(playlistUrl))) {
      const response = await fetch(new URL(segment, playlistUrl));
      expect(response.status, segment).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
      files++;
    }
  }
  return files;
}
