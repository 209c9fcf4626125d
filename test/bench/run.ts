import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { suites } from './suites.js';
import { describeMachine, loadNow, type MeasuredRow, renderReport } from './support/report.js';

// A missed target is a figure, not an error: only what could not be measured fails the run.
const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
const chosen = Object.entries(suites).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);

const rows: MeasuredRow[] = [];
const errors: { suite: string; message: string }[] = [];
for (const [suite, measure] of chosen) {
  const loadBefore = loadNow();
  console.error(`${suite} …`);
  try {
    rows.push(...(await measure()).map((row) => ({ suite, loadBefore, ...row })));
  } catch (error) {
    console.error(error);
    errors.push({ suite, message: error instanceof Error ? error.message : String(error) });
  }
}
const report = { measuredAt: new Date().toISOString(), machine: await describeMachine(), rows, errors };
console.log(renderReport(report));
if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exit(errors.length > 0 ? 1 : 0);
