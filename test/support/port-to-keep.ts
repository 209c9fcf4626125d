import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

const FIRST = 10_000;
/** Linux's, where nothing else is set. */
const USUAL_EPHEMERAL = 32_768;
const ATTEMPTS = 100;

/**
 * A TCP port for a server that a test ends and starts again: nothing listens on it, and no connection that somebody makes
 * meanwhile is given it, as a port that the system has picked would be.
 */
export async function findPortToKeep(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const ephemeral = Number.parseInt(range, 10) || USUAL_EPHEMERAL;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, Math.max(ephemeral, FIRST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`No port below ${ephemeral} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
