import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import { eventIdOf } from '../../core/derived-ids.js';
import { conflict, invalid, MediaFlowError } from '../../core/errors.js';
import type { DomainEvent, EventMetadata } from '../../core/event.js';
import { type EventStore, WrongExpectedRevisionError } from '../../core/event-store.js';
import type { Position } from '../../core/position.js';
import { originOf, type RequestOrigin } from '../../core/request-origin.js';
import type { Instant } from '../../core/time.js';
import { createTurns } from '../../core/turns.js';
import type { EventCodec } from './event-codec.js';
import { createStreamHistories } from './stream-histories.js';

/** A command on its way to its aggregate. */
export interface CommandRequest<C extends Command = Command> extends RequestOrigin {
  /** UUID; the ids of the events derive from it, so a repeated command finds its first result. */
  readonly commandId: string;
  readonly command: C;
  readonly correlationId: string;
  /** The event a saga reacted to, null when a client sent the command. */
  readonly causationId: string | null;
  readonly actor: string;
  /** Of a client's request that may be repeated; see `EventMetadata`. */
  readonly requestHash?: string | null;
}

export interface CommandResult {
  readonly stream: string;
  /** Position of the last event the command caused, or where the stream stood when it caused none. */
  readonly position: Position;
  /** Types of the events it caused, in order; empty when there was nothing to do. */
  readonly eventTypes: readonly string[];
}

export type CommandHandler<C extends Command = Command> = (
  request: CommandRequest<C>,
) => Promise<CommandResult>;

export interface CommandHandlerOptions<E extends DomainEvent> {
  readonly store: EventStore;
  readonly aggregates: readonly Aggregate[];
  readonly codec: EventCodec<E>;
  readonly now: () => Instant;
  /** How often a decision is taken anew because somebody else appended first (default 20). */
  readonly maximumConflicts?: number;
}

/**
 * Load, decide, append with the revision the decision was based on; taken anew on a conflict, a bounded number of times.
 * A decision that needs no state is appended without reading, where the store knows every repeat; where it does not, the
 * stream is looked through for the command's own events first, one command after another, so that they do not compete.
 * Only its events make a command known again: where a repeat of one that caused none could do harm later, its decider has
 * to let it cause one.
 */
export function createCommandHandler<C extends Command, E extends DomainEvent>(
  options: CommandHandlerOptions<E>,
): CommandHandler<C> {
  const { store, codec, now, maximumConflicts = 20 } = options;
  const inTurn = createTurns();
  const histories = createStreamHistories({ store, decode: codec.decode });
  const readsFirst = (aggregate: Aggregate) => aggregate.needsState || store.idempotency !== 'by-event-id';
  const byCommand = new Map(
    options.aggregates.flatMap((aggregate) =>
      aggregate.commandTypes.map((type) => [type, aggregate] as const),
    ),
  );

  async function attempt(request: CommandRequest<C>, aggregate: Aggregate, metadata: EventMetadata) {
    const { command, commandId } = request;
    const stream = aggregate.streamOf(command);
    const history = readsFirst(aggregate) ? await histories.read(stream, aggregate) : undefined;
    const earlier = history && (await histories.earlier(stream, history, commandId));
    const lastEarlier = earlier?.events.at(-1);
    if (earlier && lastEarlier) {
      // Not asked of a decision without state: a store that knows repeats by their ids could not tell.
      const isOther = earlier.requestHash !== 'erased' && earlier.requestHash !== metadata.requestHash;
      if (aggregate.needsState && isOther) throw keyReused();
      return resultOf(stream, lastEarlier.position, earlier.events);
    }

    const events = aggregate.decider
      .decide(command, history ? history.state : aggregate.decider.initialState)
      .map((event, index) =>
        codec.encode(event as E, eventIdOf(commandId, index), index === 0 ? metadata : withoutHash(metadata)),
      );
    if (events.length === 0) return resultOf(stream, history?.last?.position ?? (await store.head()), []);
    const expected = history ? (history.last?.revision ?? 'no-stream') : 'any';
    const { position } = await store.append(stream, events, expected);
    return resultOf(stream, position, events);
  }

  const attemptInTurn: typeof attempt = (request, aggregate, metadata) =>
    readsFirst(aggregate) && !aggregate.needsState
      ? inTurn(aggregate.streamOf(request.command), () => attempt(request, aggregate, metadata))
      : attempt(request, aggregate, metadata);

  return async (request) => {
    const aggregate = byCommand.get(request.command.type);
    if (!aggregate) throw invalid('unknown_command', `No aggregate takes ${request.command.type}`);
    const metadata: EventMetadata = {
      correlationId: request.correlationId,
      commandId: request.commandId,
      causationId: request.causationId,
      actor: request.actor,
      occurredAt: now(),
      ...originOf(request),
      ...(request.requestHash ? { requestHash: request.requestHash } : {}),
    };
    for (let conflicts = 0; ; conflicts++) {
      try {
        return await attemptInTurn(request, aggregate, metadata);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
        if (conflicts >= maximumConflicts)
          throw new MediaFlowError(
            'unavailable',
            'too_much_contention',
            `${error.stream} changes too fast; try again.`,
            {},
            { cause: error },
          );
      }
    }
  };
}

/** One event tells what was asked for: that which holds what was asked, and is sealed with it. */
const withoutHash = ({ requestHash: _, ...metadata }: EventMetadata): EventMetadata => metadata;

const keyReused = () =>
  conflict(
    'idempotency_key_reused',
    'This Idempotency-Key came with another request before; take a new one.',
  );

const resultOf = (
  stream: string,
  position: Position,
  events: readonly { readonly type: string }[],
): CommandResult => ({
  stream,
  position,
  eventTypes: events.map((event) => event.type),
});
