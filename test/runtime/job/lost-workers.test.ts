import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy } from '../../../src/core/job.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import { createTestDatabase } from '../../support/database.js';
import { runTypeScript } from '../../support/typescript-process.js';

const database = await createTestDatabase();
const workRoot = mkdtempSync(join(tmpdir(), 'mediaflow-losses-'));
afterAll(async () => {
  rmSync(workRoot, { recursive: true, force: true });
  await database.drop();
});

interface Line {
  readonly kind: string;
  readonly did: 'run' | 'Fail' | 'Complete';
  readonly attempt?: number;
  readonly code?: string;
  readonly final?: boolean;
  readonly waits?: boolean;
}

const policy: JobPolicy = {
  ...{ maximumAttempts: 4, leaseSeconds: 20, timeLimitSeconds: 60 },
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.02 },
};
const NEIGHBOURS = ['neighbour-1', 'neighbour-2', 'neighbour-3'];

test('a job that ends its process each time is tried again after growing pauses, given up the fifth time, and takes no neighbour with it', {
  timeout: 120_000,
}, async () => {
  const kinds = ['killer', ...NEIGHBOURS];
  const queue = await createPgBossJobQueue({
    ...{ connectionString: database.url, logger: silentLogger },
    kinds: kinds.map((kind) => ({ kind, policy })),
  });
  const job = (kind: string) => ({
    ...{ id: randomUUID(), kind, key: kind, payload: { fatal: kind === 'killer' } },
    ...{ correlationId: 'correlation', causationId: 'cause', ...NO_REQUEST },
  });
  const killer = job('killer');
  await queue.enqueue([killer, ...NEIGHBOURS.map(job)]);

  const lines: Line[] = [];
  const isOver = () =>
    kinds.every((kind) =>
      lines.some((line) => line.kind === kind && (line.did === 'Complete' || line.final === true)),
    );
  let lives = 0;
  for (; !isOver() && lives < 40; lives++) {
    const { readJsonLine, child, ended } = runTypeScript(
      new URL('./fragile-worker-process.ts', import.meta.url),
      [database.url, workRoot, JSON.stringify(kinds)],
    );
    while (!isOver()) {
      const line = await readJsonLine<Line>();
      if (!line) break;
      lines.push(line);
    }
    const letter = { reason: { code: 'worker_lost' } };
    if (isOver())
      await expect.poll(() => queue.deadLetter(killer.id), { timeout: 5000 }).toMatchObject(letter);
    child.kill('SIGKILL');
    await ended;
  }

  const of = (kind: string, did: Line['did']) =>
    lines.filter((line) => line.kind === kind && line.did === did);
  expect(of('killer', 'run')).toHaveLength(5);
  expect(of('killer', 'Fail').map(({ code, final, waits }) => [code, final, waits])).toEqual([
    ['worker_lost', false, true],
    ['worker_lost', false, true],
    ['worker_lost', false, true],
    ['worker_lost', false, true],
    ['worker_lost', true, false],
  ]);
  // What failed is the attempt that was lost, not the one that finds out.
  expect(of('killer', 'Fail').map(({ attempt }) => attempt)).toEqual(
    of('killer', 'run').map(({ attempt }) => attempt),
  );
  for (const kind of NEIGHBOURS) {
    expect(of(kind, 'Complete'), kind).toHaveLength(1);
    expect(of(kind, 'Fail').filter(({ final }) => final)).toEqual([]);
    expect(of(kind, 'run').length, kind).toBeLessThan(5);
  }
  await queue.stop({ graceSeconds: 0 });
});
