import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';

const files: Readonly<Record<string, readonly [type: string, place: string]>> = {
  '/': ['text/html; charset=utf-8', new URL('page/index.html', import.meta.url).href],
  '/player.js': ['text/javascript', new URL('page/player.js', import.meta.url).href],
  '/hls.js': ['text/javascript', import.meta.resolve('hls.js/dist/hls.min.js')],
};

export interface Player {
  /** Of its page, for `MEDIAFLOW_CORS_ORIGINS`. */
  readonly origin: string;
  /** Calls a function of `page/player.js`, and returns what it comes to. */
  call<Result>(name: string, ...words: readonly unknown[]): Promise<Result>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Debian's browser on a page from another origin than the product's. Throws, saying how to get one, where there is none. */
export async function openPlayer(): Promise<Player> {
  const server = createServer(async (request, response) => {
    const [type, place] = files[request.url ?? ''] ?? [];
    if (type === undefined || place === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', type).end(await readFile(new URL(place)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(origin);
  return {
    origin,
    call: (name, ...words) =>
      page.evaluate(`window.player.${name}(...${JSON.stringify(words)})`) as Promise<never>,
    async screenshot(path) {
      await page.screenshot({ path });
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const launch = (): Promise<Browser> =>
  chromium
    .launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        // Containers have little shared memory.
        ...['--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required'],
      ],
    })
    .catch((error: unknown) => {
      throw new Error('There is no Chromium: apt-get install chromium, or say where one is in CHROMIUM', {
        cause: error,
      });
    });
