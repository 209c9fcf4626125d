import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import { type Followed, followLog } from './follow-log.js';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  fellBehindMessage,
  streamNameOf,
  streamNotFoundMessage,
} from './messages.js';
import type { NodeState } from './node-state.js';
import { dropped, invalidPosition } from './refusals.js';
import type { LogPosition, LogRecord, TransactionLog } from './transaction-log.js';

type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type Options = streams.ReadReq.Options;

/** What the server looks through for a filter at a time when it is not told. */
const SEARCH_WINDOW = 32;

/** Reads of a stream and of `$all`, and subscriptions to `$all`. */
export const readCall =
  (node: NodeState): handleServerStreamingCall<streams.ReadReq, streams.ReadResp> =>
  async (call) => {
    call.on('error', () => {});
    const options = call.request.getOptions();
    const refused = await node.admit(call.metadata);
    if (refused || !options) return void call.emit('error', refused ?? new Error('A read has options'));
    const isSubscription = options.hasSubscription();
    const fault = node.faults.take(isSubscription ? 'subscribe' : 'read');
    if (fault?.when === 'instead') return void call.emit('error', fault.error);

    const ended = new AbortController();
    const end = () => ended.abort();
    call.on('cancelled', end);
    call.on('close', end);
    const signal = AbortSignal.any([ended.signal, node.stopping]);
    let messages = 0;
    try {
      for await (const message of isSubscription ? subscribed(node, options, signal) : read(node, options)) {
        if (signal.aborted) break;
        if (fault && messages >= fault.afterMessages) return void call.emit('error', fault.error);
        await send(call, message, signal);
        messages++;
      }
    } catch (error) {
      return void call.emit('error', error);
    }
    if (node.stopping.aborted) call.emit('error', dropped());
    else call.end();
  };

async function* subscribed(node: NodeState, options: Options, signal: AbortSignal) {
  const all = options.getAll();
  const position = positionOf(all);
  if (position && !node.log.isPlace(position)) throw invalidPosition();
  const after = all?.hasEnd() ? node.log.records.at(-1) : position;
  yield confirmationMessage();
  for await (const followed of followLog({ log: node.log, after, filter: filterOf(options), signal }))
    yield followedMessage(followed);
}

const followedMessage = (followed: Followed): streams.ReadResp => {
  if ('event' in followed) return eventMessage(followed.event);
  if ('checkpoint' in followed) return checkpointMessage(followed.checkpoint);
  return 'caughtUp' in followed ? caughtUpMessage() : fellBehindMessage();
};

function* read(node: NodeState, options: Options): Generator<streams.ReadResp> {
  const count = Number(options.getCount());
  const isForwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS;
  if (options.hasStream()) yield* readStream(node.log, options, count, isForwards);
  else yield* recordsOfAll(node.log, options, count, isForwards).map(eventMessage);
}

function recordsOfAll(log: TransactionLog, options: Options, count: number, isForwards: boolean) {
  const all = options.getAll();
  const position = positionOf(all);
  if (position && !log.isPlace(position)) throw invalidPosition();
  const filter = filterOf(options);
  const isWanted = (record: LogRecord) => !filter || filter.isWanted(record);
  if (isForwards) {
    const from = all?.hasEnd() ? log.records.length : position ? log.indexFrom(position) : 0;
    return log.records
      .slice(from, filter ? undefined : from + count)
      .filter(isWanted)
      .slice(0, count);
  }
  const before = position ? log.indexFrom(position) : all?.hasStart() ? 0 : log.records.length;
  return log.records.slice(0, before).toReversed().filter(isWanted).slice(0, count);
}

function* readStream(
  log: TransactionLog,
  options: Options,
  count: number,
  isForwards: boolean,
): Generator<streams.ReadResp> {
  const asked = options.getStream();
  const name = streamNameOf(asked?.getStreamIdentifier());
  const own = log.stream(name);
  if (own.length === 0) {
    yield streamNotFoundMessage(name);
    return;
  }
  const revision = asked?.hasRevision() ? Number(asked.getRevision()) : undefined;
  const records = isForwards
    ? own.filter((record) => !asked?.hasEnd() && record.revision >= (revision ?? 0))
    : own.filter((record) => revision === undefined || record.revision <= revision).toReversed();
  yield* records.slice(0, count).map(eventMessage);
}

const positionOf = (all: streams.ReadReq.Options.AllOptions | undefined): LogPosition | undefined => {
  const position = all?.getPosition();
  if (!position) return undefined;
  return { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) };
};

function filterOf(options: Options) {
  const filter = options.getFilter();
  if (!filter) return undefined;
  const expression = filter.getEventType() ?? filter.getStreamIdentifier();
  const regex = expression?.getRegex();
  const pattern = regex ? new RegExp(regex) : undefined;
  const prefixes = expression?.getPrefixList() ?? [];
  const searchWindow = filter.hasMax() ? filter.getMax() : SEARCH_WINDOW;
  return {
    isWanted(record: LogRecord) {
      const text = filter.hasEventType() ? record.type : record.stream;
      return pattern ? pattern.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
    },
    searchWindow,
    checkpointInterval: searchWindow * filter.getCheckpointintervalmultiplier(),
  };
}

/** Waits for a client that reads slowly. */
function send(call: ReadCall, message: streams.ReadResp, signal: AbortSignal): Promise<void> | undefined {
  if (call.write(message)) return undefined;
  return new Promise((resolve) => {
    const go = () => {
      call.off('drain', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    call.on('drain', go);
    signal.addEventListener('abort', go);
    if (signal.aborted) go();
  });
}
