import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import { assertNever, conflict, notFound } from '../../core/errors.js';
import { type LiveDataOf, type LiveEvent, liveEvents } from './live-events.js';

export type LiveCommand =
  | Command<'StartLiveSource', LiveDataOf<'LiveSourceStarted'>>
  | Command<'RecordLiveFrames', Omit<LiveDataOf<'LiveFramesSeen'>, 'late'>>
  | Command<'InterruptLiveSource', LiveDataOf<'LiveSourceInterrupted'>>
  | Command<'EndLiveSource', LiveDataOf<'LiveSourceEnded'>>
  | Command<'RemoveLiveSource', LiveDataOf<'LiveSourceRemoved'>>;

/** Of an interrupted one it is known why, so that the same is not told twice, and which frames would be new ones. */
export type LiveState =
  | { readonly status: 'absent' | 'watching' | 'ended' | 'removed' }
  | { readonly status: 'interrupted'; readonly code: string; readonly nextSequence: number | null };

/** Frames are looked at some time after they were taken: by then their source may have ended or broken off. */
function areLate(state: LiveState, lastSequence: number | null): boolean {
  if (state.status !== 'interrupted') return state.status === 'ended';
  return state.nextSequence !== null && (lastSequence ?? -1) < state.nextSequence;
}

function decide(command: LiveCommand, state: LiveState): LiveEvent[] {
  const { sourceId } = command.data;
  const { status } = state;
  if (command.type === 'StartLiveSource') {
    if (status !== 'absent')
      throw conflict('live_source_exists', `Live source ${sourceId} has begun already.`, { sourceId });
    return [{ type: 'LiveSourceStarted', data: command.data }];
  }
  if (status === 'absent')
    throw notFound('live_source_not_found', `There is no live source ${sourceId}.`, { sourceId });
  // What was under way when it was removed says nothing any more.
  if (status === 'removed') return [];
  switch (command.type) {
    case 'RecordLiveFrames': {
      const isLate = areLate(state, command.data.lastSequence);
      return [{ type: 'LiveFramesSeen', data: { ...command.data, ...(isLate && { late: true }) } }];
    }
    case 'InterruptLiveSource': {
      const { code, retryAt } = command.data;
      const isKnown = state.status === 'interrupted' && (retryAt === null || state.code === code);
      return status === 'ended' || isKnown ? [] : [{ type: 'LiveSourceInterrupted', data: command.data }];
    }
    case 'EndLiveSource':
      return status === 'ended' ? [] : [{ type: 'LiveSourceEnded', data: command.data }];
    case 'RemoveLiveSource':
      if (status !== 'ended')
        throw conflict('live_source_running', `Live source ${sourceId} has not ended yet.`, { sourceId });
      return [{ type: 'LiveSourceRemoved', data: command.data }];
    default:
      return assertNever(command);
  }
}

function evolve(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'LiveSourceStarted':
      return { status: 'watching' };
    case 'LiveFramesSeen':
      return event.data.late ? state : { status: 'watching' };
    case 'LiveSourceInterrupted':
      return { status: 'interrupted', code: event.data.code, nextSequence: event.data.nextSequence };
    case 'LiveSourceEnded':
      return { status: 'ended' };
    case 'LiveSourceRemoved':
      return { status: 'removed' };
    default:
      return assertNever(event);
  }
}

export const liveStream = (sourceId: string): string => `live-${sourceId}`;

/** A source of frames that are looked at as they come, from its first connection to its end. */
export const live: Aggregate<LiveState, LiveCommand, LiveEvent> = {
  name: 'live',
  decider: { initialState: { status: 'absent' }, decide, evolve },
  events: liveEvents,
  commandTypes: [
    'StartLiveSource',
    'RecordLiveFrames',
    'InterruptLiveSource',
    'EndLiveSource',
    'RemoveLiveSource',
  ],
  streamOf: (command) => liveStream(command.data.sourceId),
  needsState: true,
};
