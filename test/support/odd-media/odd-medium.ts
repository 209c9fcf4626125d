/** A file that is odd in one way, and what must come of it. */
export interface OddMedium {
  /** Its file's name: what is odd, and the extension of its container. */
  readonly name: string;
  /** Writes it to the path, by ffmpeg's own sources and by changing bytes: nothing is fetched. */
  make(path: string): Promise<unknown>;
  readonly expected: Published | Heard | Failed;
}

export interface Published {
  readonly outcome: 'published';
  /** Of what viewers are served, picture and sound together. */
  readonly durationSeconds: number;
  /** Of the picture alone, where the sound is longer or shorter. */
  readonly pictureSeconds?: number;
  /** Of the largest rung. */
  readonly width: number;
  readonly height: number;
  /** Of the source, as it is shown. */
  readonly frameRate: number;
  /** Of what is made of it, where that is another. */
  readonly servedRate?: number;
  readonly hasAudio: boolean;
  /** Tracks of text that are written. */
  readonly texts?: number;
  /** Tracks that are told to be left out, as `<stream index>:<reason>`. */
  readonly leftOut?: readonly string[];
}

/** Sound alone. */
export interface Heard {
  readonly outcome: 'heard';
  readonly durationSeconds: number;
}

export interface Failed {
  readonly outcome: 'failed';
  readonly code: string;
}

export const heard = (durationSeconds: number): Heard => ({ outcome: 'heard', durationSeconds });

export const failed = (code: string): Failed => ({ outcome: 'failed', code });

/** What most of them are made of: two seconds of 128 × 72 at 25 frames a second, with a tone. */
export const published = (differs: Partial<Published> = {}): Published => ({
  outcome: 'published',
  durationSeconds: 2,
  width: 128,
  height: 72,
  frameRate: 25,
  hasAudio: true,
  ...differs,
});
