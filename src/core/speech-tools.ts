export interface SpeechSamplesRequest {
  readonly inputPath: string;
  /** Afterwards `speech.s16`. */
  readonly outputFolder: string;
  readonly streamIndex: number;
  /** Of what is served. */
  readonly durationSeconds: number;
  readonly onProgress: (progress: { readonly fraction: number }) => void;
  readonly signal: AbortSignal;
}

/** What makes sound of a file ready to be heard by models. */
export interface SpeechTools {
  /**
   * Writes a track of sound as bare samples of 16 bits (`speech.s16`), mono, 16,000 a second, on the clock of what is served. A minute of it has 2 MB.
   * Throws as video tools do for what the file is as a whole.
   */
  writeSpeechSamples(request: SpeechSamplesRequest): Promise<{ readonly path: string }>;
}
