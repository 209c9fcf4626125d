import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { retryDownload, run } from '../commands.js';
import { cacheFolder } from '../folders.js';

const MAVEN = 'Install Maven: on Debian and Ubuntu `apt-get install maven`; on macOS `brew install maven`.';

export const jarsFolder = join(cacheFolder, 'kafka-4.1.0');

/** Downloads Kafka's published jars unless they are here, whole and as their checksums say. */
export async function provideJars(say: (progress: string) => void): Promise<void> {
  const difference = await differenceOf(jarsFolder);
  if (!difference) return;
  say('downloading Apache Kafka 4.1.0 (54 MB, once) …');
  const incoming = `${jarsFolder}.new`;
  await retryDownload(() => download(incoming), say);
  const wrong = await differenceOf(incoming);
  if (wrong) throw new Error(`What was downloaded is not Kafka 4.1.0 as published: ${wrong}`);
  await rm(jarsFolder, { recursive: true, force: true });
  await rename(incoming, jarsFolder);
}

async function download(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const pom = join(import.meta.dirname, 'pom.xml');
  await run(
    'mvn',
    ['-q', '-B', '-C', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`],
    { how: MAVEN },
  );
}

/** What of the folder is not as `jars.sha256` says; undefined when all is. */
async function differenceOf(folder: string): Promise<string | undefined> {
  const lines = (await readFile(join(import.meta.dirname, 'jars.sha256'), 'utf8')).trim().split('\n');
  const expected = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const found = await readdir(folder).catch(() => []);
  const unknown = found.find((name) => !expected.has(name));
  if (unknown) return `${unknown} does not belong to it`;
  for (const [name, sha256] of expected) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (!content) return `${name} is missing`;
    if (createHash('sha256').update(content).digest('hex') !== sha256) return `${name} has another SHA-256`;
  }
  return undefined;
}
