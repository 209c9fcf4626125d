import type { ErrorCode } from '../../../core/errors.js';
import type { AudioRung, LadderRung, Probe, Rendition } from '../media-values.js';
import type { Detail, LeftOutRung } from '../shorter-ladder.js';

/** What is to be made of an item so that it can be played. */
export interface Ladder {
  readonly rungs: readonly LadderRung[];
  /** Rungs that are made ahead of the others, so that a long item can be played early. */
  readonly previewRungs: readonly string[];
  /** The main track of its sound. */
  readonly audio: AudioRung | null;
  /** All other tracks that a viewer may choose. */
  readonly furtherAudio: readonly AudioRung[];
  /** Rungs that would show nothing more than others; absent where there are none. */
  readonly leftOut?: readonly LeftOutRung[];
}
export const noLadder: Ladder = { rungs: [], previewRungs: [], audio: null, furtherAudio: [] };

/** What has been made of an item so far. */
export interface Made {
  readonly renditions: Readonly<Record<string, Rendition>>;
  /** Whether its plan has sound. */
  readonly hasSound: boolean;
}

export interface Refusal {
  readonly code: ErrorCode & ('no_video' | 'not_media');
  readonly message: string;
}

/** What holds of all items of a kind: rules ask its row, and none asks which kind an item is. */
export interface KindRow {
  /** Whether a file is of it, by what a probe found. A file is of one kind at the most. */
  isOf(probe: Probe): boolean;
  /** Why no file of it is taken. */
  readonly refusal?: Refusal;
  /** `detail`: what rungs lose beside the best; left out, none is let go of for that. */
  ladderOf(probe: Probe, detail?: Detail): Ladder;
  /** There is something to be shown or played, beside what the plan wants the item to be published with. */
  isPlayable(made: Made): boolean;
  /** What the file is by its bytes, whatever its sender called it; null where we have no name for that. */
  contentTypeOf(probe: Probe): string | null;
  /** How long it plays; null where it stands. */
  lengthOf(probe: Probe): number | null;
  /** Of what is seen of it; null where nothing is. */
  sizeOf(probe: Probe): { readonly width: number; readonly height: number } | null;
}
