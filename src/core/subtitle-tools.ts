import type { FoundText } from './found-text.js';
import type { LeftOutTrack } from './media-probe.js';
import type { DrawnFile } from './video-tools.js';

/** A track of text, as the probe found it. */
export interface TextTrack {
  readonly streamIndex: number;
  readonly codec: string;
  readonly language: string | null;
}

export interface SubtitlesRequest {
  readonly inputPath: string;
  /** Afterwards `subtitles/<index of the stream>.vtt` and `.m3u8` of each track that can be shown. */
  readonly outputFolder: string;
  readonly tracks: readonly TextTrack[];
  /** Of what is served: nothing is shown after its end. */
  readonly durationSeconds: number;
  readonly signal: AbortSignal;
}

export interface WrittenSubtitles {
  readonly files: readonly DrawnFile[];
  /** Tracks of which nothing could be shown. */
  readonly leftOut: readonly LeftOutTrack[];
  /** What the written ones say, in the order of their tracks. */
  readonly texts: readonly FoundText[];
}

export interface CaptionsRequest {
  readonly outputFolder: string;
  readonly lines: readonly {
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly text: string;
  }[];
  readonly durationSeconds: number;
  readonly language: string;
  /** Of the text and of its playlist, below the folder. */
  readonly name: string;
  readonly playlistName: string;
}

/** What makes text of a film that players can show. */
export interface SubtitleTools {
  /**
   * Writes each track as WebVTT, on the clock of what is served, with a playlist of HLS beside. A track that is damaged, empty or
   * too large is left out alone. Throws as video tools do for what the file is as a whole.
   */
  writeSubtitles(request: SubtitlesRequest): Promise<WrittenSubtitles>;
  /** Writes what was heard as WebVTT, with a playlist of HLS beside. What it says is escaped, as any text of strangers. */
  writeCaptions(request: CaptionsRequest): Promise<readonly DrawnFile[]>;
}

/** What a track's files are called below the address of its item. */
export const subtitleFileName = (streamIndex: number, ending: 'vtt' | 'm3u8'): string =>
  `subtitles/${streamIndex}.${ending}`;
