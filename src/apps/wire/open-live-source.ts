import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createLiveSampler } from '../../adapters/ffmpeg/live/sample-live.js';
import { createAddressRules } from '../../adapters/http-source/address-rules.js';
import { openRtsp } from '../../adapters/rtsp-source/open-rtsp.js';
import { invalid, unavailable, unsupported } from '../../core/errors.js';
import type { LiveKind } from '../../domain/live/live-events.js';
import type { Config } from '../config.js';
import { openFileSource } from './open-file-source.js';

export interface LiveSourceRun {
  readonly everySeconds: number;
  readonly onJpeg: (jpeg: Buffer) => void;
  readonly signal: AbortSignal;
}

/** What frames are taken of. */
export interface OpenedLiveSource {
  readonly kind: LiveKind;
  /** Its file or its host: never the address, which may hold a password. */
  readonly name: string;
  /** Whether it is over at its end, and not tried again. */
  readonly hasEnd: boolean;
  /** Takes frames until its end. Throws a MediaFlowError: `invalid` of what will not change, and the signal's reason. */
  run(options: LiveSourceRun): Promise<void>;
}

const RTSP_PORT = 554;

function rtspAddress(text: string): URL {
  if (URL.canParse(text) && new URL(text).hostname !== '') return new URL(text);
  throw invalid(
    'invalid_source_url',
    'A stream is opened at an address such as rtsp://camera.example.com/live.',
  );
}

/** A file or an address, by the rules that hold for files that are fetched. Throws `invalid_source_url`, `forbidden_source`. */
export async function openLiveSource(
  source: string,
  config: Pick<Config, 'tools' | 'pulls'>,
): Promise<OpenedLiveSource> {
  const sampler = createLiveSampler(config.tools);
  if (/^https?:\/\//i.test(source)) {
    const files = openFileSource(config);
    files.assertAllowed(source);
    return {
      ...{ kind: 'http', name: new URL(source).hostname, hasEnd: false },
      async run({ signal, ...sampling }) {
        const answer = await files.open(source, { signal });
        if (answer === 'whole')
          throw unavailable('source_unavailable', 'The server of the address sent nothing.');
        // What has a length is a file, of which all would be here at once.
        const timed = answer.sizeBytes === null ? 'arrival' : 'itself';
        await sampler.sampleStream({ bytes: answer.bytes, timed }, { ...sampling, signal });
      },
    };
  }
  if (/^rtsp:\/\//i.test(source)) {
    const address = rtspAddress(source);
    const rules = createAddressRules(config.pulls);
    const port = Number(address.port || RTSP_PORT);
    if (port !== RTSP_PORT && !rules.mayUsePort(port))
      throw invalid(
        'forbidden_source',
        'Streams are not opened at this port. The operator allows others than 554 (MEDIAFLOW_PULL_PORTS).',
      );
    return {
      ...{ kind: 'rtsp', name: address.hostname, hasEnd: false },
      async run({ signal, ...sampling }) {
        const patienceSeconds = config.pulls.stallSeconds;
        const opened = await openRtsp(address, { rules, patienceSeconds, signal });
        await sampler.sampleStream({ ...opened, timed: 'arrival' }, { ...sampling, signal });
      },
    };
  }
  const path = resolve(source);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw unsupported('not_media', `There is no file ${source}.`);
  return {
    ...{ kind: 'file', name: basename(path), hasEnd: true },
    run: (options) => sampler.sampleFile(path, options),
  };
}
