import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProduct } from '../e2e/support/product.js';
import { type Report, reportOn } from './report.js';
import { type Way, ways } from './ways.js';

// `npm run test:collection -- FOLDER…`: every file of a collection through the built product by each way in, and what
// came out looked at with ffprobe and against the source's frames. Fails when a file has no end or a wrong one.
const { positionals: folders, values } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' } },
});
if (folders.length === 0) {
  console.error('usage: npm run test:collection -- FOLDER… [--minutes most-for-one-file]');
  process.exit(2);
}
const isText = (name: string) => ['.md', '.txt', '.json'].includes(extname(name));
const files = (
  await Promise.all(
    folders.map(async (folder) =>
      (
        await readdir(folder, { withFileTypes: true })
      )
        .filter((entry) => entry.isFile() && !isText(entry.name))
        .map(({ name }) => join(folder, name)),
    ),
  )
)
  .flat()
  .toSorted();

const dataFolder = await mkdtemp(join(tmpdir(), 'mediaflow-collection-'));
const product = await startProduct(dataFolder);
const reports: Report[] = [];
try {
  for (const [way, send] of Object.entries(ways) as [Way, (typeof ways)[Way]][])
    for (const file of files) {
      const report = await reportOn({
        ...{ url: product.url, file, way, send, deadlineSeconds: Number(values.minutes) * 60 },
      });
      reports.push(report);
      const { end, seconds, found, wrong } = report;
      console.log(
        `| ${[basename(file), way, end, `${seconds.toFixed(1)} s`, found, wrong.join('; ')].join(' | ')} |`,
      );
    }
} finally {
  await product.stop();
  await rm(dataFolder, { recursive: true, force: true });
}
const wrong = reports.filter((report) => report.wrong.length > 0);
console.log(`${reports.length} runs of ${files.length} files, ${wrong.length} with something wrong`);
process.exit(wrong.length > 0 ? 1 : 0);
