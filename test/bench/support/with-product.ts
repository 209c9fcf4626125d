import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Product, startProduct } from '../../e2e/support/product.js';

export const portOf = (url: string): number => Number(new URL(url).port);

/** A folder of its own for the time of `work`. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The built product on an empty data folder for the time of `work`. */
export const withProduct = <Result>(
  environment: Record<string, string>,
  work: (product: Product, folder: string) => Promise<Result>,
): Promise<Result> =>
  inFolder(async (folder) => {
    const product = await startProduct(join(folder, 'data'), environment);
    try {
      return await work(product, folder);
    } finally {
      await product.stop();
    }
  });

/** Process id of the PostgreSQL that serves a data folder. */
export async function postmasterOf(dataFolder: string): Promise<number> {
  const [line] = (await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  return Number(line);
}
