import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { textEngine, textModel } from '../bundled-models.ts';
import { readVerified } from '../verified-files.ts';
import type { GreyPicture } from './grey-picture.ts';

/** As much as we use of Tesseract's interface. */
export interface Tesseract {
  /** Of pixels of one byte each, in grey. A row a word, as Tesseract writes tables. */
  tableOf(grey: GreyPicture, contrast: Contrast): string;
}

/** What is told apart from the ground: by one brightness for all of it, or (Sauvola) by that of the surroundings. */
export type Contrast = 'whole' | 'surroundings';
const METHODS: Readonly<Record<Contrast, string>> = { whole: '0', surroundings: '2' };

interface Api {
  Init(path: null, language: string, engine: number): number;
  SetVariable(name: string, value: string): void;
  SetImageFile(orientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetTSVText(page: number): string;
  Clear(): void;
}

interface Engine {
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void };
  readonly TessBaseAPI: new () => Api;
}

type StartEngine = (options: Readonly<Record<string, unknown>>) => Promise<Engine>;

const LANGUAGE = 'eng';
const NEURAL = 1;

/**
 * Starts the engine, of bytes in memory: nothing is fetched. Its package for Node, which would bring a thread, a cache and a client of HTTP of its own, is
 * not needed. Throws ModelFilesError.
 */
export async function startTesseract(): Promise<Tesseract> {
  const [engine, knowledge] = await Promise.all([readVerified(textEngine), readVerified(textModel)]);
  const [script] = engine.weights;
  if (!script) throw new Error('The engine has no script.');
  const start = createRequire(import.meta.url)(script.path) as StartEngine;
  const quiet = { print() {}, printErr() {}, TesseractProgress() {} };
  const { FS, TessBaseAPI } = await start({ wasmBinary: engine.topology.bytes, ...quiet });
  FS.writeFile(`${LANGUAGE}.traineddata`, gunzipSync(knowledge.topology.bytes));
  const api = new TessBaseAPI();
  if (api.Init(null, LANGUAGE, NEURAL) !== 0)
    throw new Error('Tesseract does not take what it was trained to know.');
  // Blocks of text are looked for, as on a page: looking for single words anywhere finds some in every meadow.
  api.SetVariable('tessedit_pageseg_mode', '3');
  api.SetVariable('user_defined_dpi', '70');
  return {
    tableOf({ width, height, pixels }, contrast) {
      api.SetVariable('thresholding_method', METHODS[contrast]);
      FS.writeFile('/input', Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]));
      if (api.SetImageFile(1, 0) !== 0) throw new Error('Tesseract does not take the picture.');
      api.Recognize(null);
      const table = api.GetTSVText(0);
      api.Clear();
      return table;
    },
  };
}
