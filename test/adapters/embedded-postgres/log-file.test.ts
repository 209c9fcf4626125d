import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitLog, readLogAfter, sizeOf } from '../../../src/adapters/embedded-postgres/log-file.js';

let folder: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-log-'));
  log = join(folder, 'postgres.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a log above the limit becomes the older copy, and its writer goes on at the start', async () => {
  const writer = await open(log, 'a');
  await writer.write('old '.repeat(30));
  await limitLog(log, 100);
  await writer.write('new');
  await writer.close();
  expect(await readFile(log, 'utf8')).toBe('new');
  expect(await sizeOf(`${log}.1`)).toBe(120);
});

test('a log within the limit, or none, is left alone', async () => {
  await limitLog(log, 100);
  await writeFile(log, 'small');
  await limitLog(log, 100);
  expect(await readFile(log, 'utf8')).toBe('small');
  expect(await sizeOf(`${log}.1`)).toBe(0);
});

test('a runaway log is not copied', async () => {
  await writeFile(log, 'x'.repeat(1000));
  await limitLog(log, 100);
  expect([await sizeOf(log), await sizeOf(`${log}.1`)]).toEqual([0, 0]);
});

test('what was written after an offset is read, and all of it when the log was cut meanwhile', async () => {
  await writeFile(log, 'before|after');
  expect(await readLogAfter(log, 7)).toBe('after');
  expect(await readLogAfter(log, 700)).toBe('before|after');
});
