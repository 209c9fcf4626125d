import type { z } from 'zod';
import type { ChunkRange } from '../../../core/chunk-tools.js';
import type { DerivativeKind } from '../../../core/derivative.js';
import type { JobRequest } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import type { MediaKind } from '../../../core/media-kind.js';
import type { DrawingTools } from '../../../core/video-tools.js';
import type { Ladder } from '../kinds/kind-row.js';
import type { AudioRung, EncodedChunkPlace, LadderRung, Probe } from '../media-values.js';
import type { SuggestionUse } from '../metadata/metadata-values.js';
import type { RenditionPlace } from '../quality-values.js';

/** What is known when an item is planned. */
export interface ItemToPlan {
  readonly kind: MediaKind;
  readonly probe: Probe;
  readonly ladder: Ladder;
  /** Null where it is encoded in one piece. */
  readonly chunks: readonly ChunkRange[] | null;
  /** What becomes of what models suggest to it; undefined where nothing is suggested but to those who ask. */
  readonly suggestions?: SuggestionUse | undefined;
}

/** What is known when a step is asked for: of a step before the plan, the file alone. */
export interface ItemInProgress {
  readonly mediaId: string;
  readonly blobKey: string;
  readonly probe: Probe | null;
  readonly ladder: readonly LadderRung[];
  readonly audio: AudioRung | null;
  /** Those that are encoded; absent where there are none. */
  readonly chunks?: readonly EncodedChunkPlace[] | undefined;
  /** Of the picture, those that are made; absent where there are none, and in states of earlier releases. */
  readonly renditions?: readonly RenditionPlace[] | undefined;
}

/** One step that an item is to have. */
export interface WantedStep {
  /** Where there are several of the kind: what tells this one apart, in kebab-case. */
  readonly part?: string;
  /** Publication waits for it: it is begun first and has the machine to itself; the others come after all that are. */
  readonly isUrgent: boolean;
  /** The kinds of steps that it begins after as well, all of them that are planned, well or badly ended. */
  readonly afterAll?: readonly string[];
  readonly input: JsonObject;
}

/** How much later others may come and go first, and whether clips have to get past it: see `JobRequest`. */
export type StepWeight = Required<Pick<JobRequest, 'patienceSeconds' | 'long'>>;

/** What an item does when a step has failed for good. */
export type WhenFailed =
  /** Fails with it. */
  | 'item_fails'
  /** Fails when nothing of it can be played and no other step may still change that. */
  | 'item_fails_unless_playable'
  /** Is given to a person to be judged. */
  | 'person_judges'
  /** Goes on without what the step would have made. */
  | 'item_goes_on';

/** Everything there is to say of a kind of step but how its work is done, which is its worker's, or that of a tool. */
export interface StepRow<Input extends z.ZodType = z.ZodType, Payload extends z.ZodObject = z.ZodObject> {
  /** Of other kinds of media no item is planned with it. */
  readonly media: readonly MediaKind[];
  /** The steps of this kind that an item gets, in order; pure, so that a plan can be explained and tested. */
  wanted(item: ItemToPlan): readonly WantedStep[];
  /** No item that is planned with it is published before it is completed. */
  readonly isPublishedWith: boolean;
  readonly whenFailed: WhenFailed;
  /** It is about what other steps told as they ended: who was processed before there was this kind is not given it later. */
  readonly isOfFirstPlanOnly?: true;
  /** Of {@link WantedStep.input}. */
  readonly input: Input;
  /** What its worker is told: everything it needs, so that it reads no view and no stream. */
  readonly payload: Payload;
  /** Throws where the item lacks what the kind is about, which no plan of ours leads to. */
  tell(item: ItemInProgress, input: z.infer<Input>): z.infer<Payload>;
  /** What of its output is served as it is, under names of its own. */
  readonly derivatives?: readonly DerivativeKind[];
  weight(item: ItemInProgress): StepWeight | undefined;
}

/** Of a step that a video tool does as it is: it needs no worker of its own, and no event. */
export interface DrawnStepRow<Input extends z.ZodType = z.ZodType, Payload extends z.ZodObject = z.ZodObject>
  extends StepRow<Input, Payload> {
  readonly drawnBy: keyof DrawingTools;
  readonly derivatives: readonly DerivativeKind[];
}
