import { sha256Of } from '../../../src/core/bytes-hash.js';
import { modelToBlob } from '../../../src/recommender/model-blob.js';
import { createRecommender } from '../../../src/recommender/recommend.js';
import { median } from '../event-store/statistics.js';
import { type BenchRow, within } from '../support/bench-row.js';
import { type DataSet, plantedDataSet } from './data-set.js';
import { type Choice, catalogueOf, LIST, PRESENT, train } from './lists.js';

/** Of all there is, which has to give the same bytes each time. */
export function trainingRow(data: DataSet, { model }: Choice): BenchRow {
  const runs = [1, 2, 3].map(() => timed(() => train(data.interactions, model)));
  const turned = train(data.interactions.toReversed(), model);
  const hashes = new Set(
    [...runs.map(({ result }) => result), turned].map((each) => sha256Of(modelToBlob(each))),
  );
  if (hashes.size !== 1) throw new Error('The same history gave different models.');
  const [one] = runs;
  const size = one ? modelToBlob(one.result).byteLength / 1e6 : 0;
  return within(2, {
    what: 'training of a model, processor time',
    ours: median(runs.map(({ milliseconds }) => milliseconds)) / 1000,
    unit: 's',
    note: `${data.interactions.length} interactions; ${one?.result.ease.form} form, ${size.toFixed(1)} MB as a blob; trained ${runs.length + 1} times, once of the history turned round: the same bytes`,
  });
}

/** As the product would make it. */
export function listRow(): BenchRow {
  const data = plantedDataSet(1000, 5000, 150, 2);
  const model = train(data.interactions, PRESENT.model);
  const recommend = createRecommender(model, catalogueOf(data, data.interactions));
  const byViewer = [...Map.groupBy(data.interactions, ({ viewerId }) => viewerId).values()].slice(0, 220);
  const took = byViewer
    .map((tastes) => timed(() => recommend({ tastes, limit: LIST })).milliseconds)
    .slice(20);
  const sorted = took.toSorted((a, b) => a - b);
  return within(10, {
    what: 'a list for one viewer, median, processor time',
    ours: median(took),
    unit: 'ms',
    note: `diversified, with its reasons, of 5,000 items, 1,000 viewers with up to 150 each; 95 of 100 within ${sorted[Math.floor(took.length * 0.95)]?.toFixed(1)} ms`,
  });
}

/** In processor time, which others at work on the machine do not add to. */
function timed<Result>(work: () => Result): { readonly result: Result; readonly milliseconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}
