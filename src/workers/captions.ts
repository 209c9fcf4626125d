import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import { captionFileName } from '../core/captions.js';
import { boundedTexts } from '../core/found-text.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { SpeechTools } from '../core/speech-tools.js';
import type { SubtitleTools } from '../core/subtitle-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { hearSpeech } from './hear-speech.js';
import { keepDerivatives } from './keep-derivatives.js';
import { stepWorker } from './step-worker.js';
import { throttledProgress } from './throttled-progress.js';

/** Reading the sound out of the file is this much of the work. */
const READING_SHARE = 0.2;
/** The one that the model at hand knows. */
const LANGUAGE = 'en';

/** Writes down what is said, for those who read along and for the search. */
export const captionsWorker = ({
  blobs,
  tools,
  inference,
  policy,
}: {
  readonly blobs: BlobStore;
  readonly tools: SpeechTools & Pick<SubtitleTools, 'writeCaptions'>;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'captions',
    concurrency: 1,
    async run({ blobKey, streamIndex, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const [heardIn, folder] = [join(workFolder, 'heard'), join(workFolder, 'written')];
      await Promise.all([mkdir(heardIn), mkdir(folder)]);
      const tell = throttledProgress(held, context);
      const { path } = await tools.writeSpeechSamples({
        inputPath: await blobs.localFile(blobKey, workFolder),
        outputFolder: heardIn,
        ...{ streamIndex, durationSeconds, signal },
        onProgress: ({ fraction }) => tell({ fraction: fraction * READING_SHARE }),
      });
      const { model, lines, isUnderstood } = await hearSpeech(inference, {
        ...{ path, signal },
        onProgress: ({ fraction }) => tell({ fraction: READING_SHARE + fraction * (1 - READING_SHARE) }),
      });
      const shown = lines.filter(({ startSeconds }) => startSeconds < durationSeconds);
      if (!isUnderstood || shown.length === 0)
        return [{ type: 'RecordCaptions', data: { ...held, model, derivatives: [], texts: [] } }];
      const files = await tools.writeCaptions({
        ...{ outputFolder: folder, lines: shown, durationSeconds, language: LANGUAGE },
        name: captionFileName(LANGUAGE, 'vtt'),
        playlistName: captionFileName(LANGUAGE, 'm3u8'),
      });
      const { data } = await keepDerivatives(blobs, { held, folder, files, context });
      const said = shown.map(({ startSeconds, text }) => ({ atSeconds: startSeconds, text }));
      const texts = boundedTexts([{ language: LANGUAGE, streamIndex: null, lines: said }]);
      return [{ type: 'RecordCaptions', data: { ...data, model, texts: [...texts], policy } }];
    },
  });
