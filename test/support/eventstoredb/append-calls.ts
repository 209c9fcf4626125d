import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  Metadata,
  ServiceError,
} from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { type AppendOutcome, decideAppend, type ExpectedVersion } from './decide-append.js';
import { proposedEventOf, sizeOnDisk, streamIdentifierOf, streamNameOf } from './messages.js';
import type { NodeState } from './node-state.js';
import { maximumAppendSizeExceeded } from './refusals.js';
import type { ProposedEvent } from './transaction-log.js';

interface Append {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly ProposedEvent[];
}

type Answer =
  | AppendOutcome
  | { readonly kind: 'too-large' }
  | { readonly kind: 'failed'; readonly error: ServiceError };

/** One stream of messages an append. */
export const appendCall =
  (node: NodeState): handleClientStreamingCall<streams.AppendReq, streams.AppendResp> =>
  async (call, answer) => {
    let options: streams.AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    try {
      for await (const message of call as AsyncIterable<streams.AppendReq>) {
        options ??= message.getOptions();
        const proposed = message.getProposedMessage();
        if (proposed) events.push(proposedEventOf(proposed));
      }
    } catch {
      return; // the client has gone
    }
    const stream = streamNameOf(options?.getStreamIdentifier());
    const expected = options ? expectedOf(options, options.hasRevision(), options.getRevision()) : 'any';
    const outcome = await carryOut(node, call.metadata, { stream, expected, events });
    if (outcome.kind === 'failed') return answer(outcome.error);
    if (outcome.kind === 'too-large') return answer(maximumAppendSizeExceeded(node.maximumAppendBytes));
    const response = new streams.AppendResp();
    if (outcome.kind === 'wrong-version') response.setWrongExpectedVersion(wrongVersion(expected, outcome));
    else response.setSuccess(success(outcome));
    answer(null, response);
  };

/** One stream for all appends of a connection: each is told apart by its correlation, and may come in several messages. */
export const batchAppendCall =
  (node: NodeState): handleBidiStreamingCall<streams.BatchAppendReq, streams.BatchAppendResp> =>
  (call) => {
    const open = new Map<string, { options: streams.BatchAppendReq.Options; events: ProposedEvent[] }>();
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', async (message: streams.BatchAppendReq) => {
      const id = message.getCorrelationId()?.getString() ?? '';
      const options = message.getOptions();
      if (options) open.set(id, { options, events: [] });
      const append = open.get(id);
      if (!append) return;
      append.events.push(...message.getProposedMessagesList().map(proposedEventOf));
      if (!message.getIsFinal()) return;
      open.delete(id);
      const stream = streamNameOf(append.options.getStreamIdentifier());
      const expected = expectedOf(
        append.options,
        append.options.hasStreamPosition(),
        append.options.getStreamPosition(),
      );
      const outcome = await carryOut(node, call.metadata, { stream, expected, events: append.events });
      if (outcome.kind === 'failed') return void call.emit('error', outcome.error);
      const response = new streams.BatchAppendResp();
      response.setCorrelationId(message.getCorrelationId());
      response.setStreamIdentifier(streamIdentifierOf(stream));
      if (outcome.kind === 'too-large')
        response.setError(statusOf('MaximumAppendSizeExceeded', limitMessage(node.maximumAppendBytes)));
      else if (outcome.kind === 'wrong-version')
        response.setError(statusOf('WrongExpectedVersion', batchWrongVersion(expected, outcome)));
      else response.setSuccess(batchSuccess(outcome));
      call.write(response);
    });
  };

async function carryOut(node: NodeState, metadata: Metadata, append: Append): Promise<Answer> {
  const refused = await node.admit(metadata);
  if (refused) return { kind: 'failed', error: refused };
  const fault = node.faults.take('append');
  if (fault?.when === 'instead') return { kind: 'failed', error: fault.error };
  if (sizeOnDisk(append.events) > node.maximumAppendBytes) return { kind: 'too-large' };
  const outcome = decideAppend(node.log, node.cache, append);
  if (fault) return { kind: 'failed', error: fault.error };
  return outcome;
}

const expectedOf = (
  options: { hasAny(): boolean; hasStreamExists(): boolean },
  hasRevision: boolean,
  revision: string,
): ExpectedVersion => {
  if (hasRevision) return Number(revision);
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasAny() ? 'any' : 'no-stream';
};

type Done = Extract<AppendOutcome, { kind: 'written' | 'repeated' }>;
type Refused = Extract<AppendOutcome, { kind: 'wrong-version' }>;

function success({ lastRevision, position }: Done): streams.AppendResp.Success {
  const told = new streams.AppendResp.Success();
  told.setCurrentRevision(String(lastRevision));
  if (position) {
    const place = new streams.AppendResp.Position();
    place.setCommitPosition(String(position.commit));
    place.setPreparePosition(String(position.prepare));
    told.setPosition(place);
  } else told.setNoPosition(new shared.Empty());
  return told;
}

function batchSuccess({ lastRevision, position }: Done): streams.BatchAppendResp.Success {
  const told = new streams.BatchAppendResp.Success();
  told.setCurrentRevision(String(lastRevision));
  if (position) {
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(String(position.commit));
    place.setPreparePosition(String(position.prepare));
    told.setPosition(place);
  } else told.setNoPosition(new empty.Empty());
  return told;
}

function wrongVersion(expected: ExpectedVersion, { currentRevision }: Refused) {
  const told = new streams.AppendResp.WrongExpectedVersion();
  if (currentRevision < 0) told.setCurrentNoStream(new shared.Empty());
  else told.setCurrentRevision(String(currentRevision));
  if (expected === 'no-stream') told.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream-exists') told.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'any') told.setExpectedAny(new shared.Empty());
  else told.setExpectedRevision(String(expected));
  return told;
}

function batchWrongVersion(expected: ExpectedVersion, { currentRevision }: Refused): Uint8Array {
  const told = new shared.WrongExpectedVersion();
  if (currentRevision < 0) told.setCurrentNoStream(new empty.Empty());
  else told.setCurrentStreamRevision(String(currentRevision));
  if (expected === 'no-stream') told.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream-exists') told.setExpectedStreamExists(new empty.Empty());
  else if (expected === 'any') told.setExpectedAny(new empty.Empty());
  else told.setExpectedStreamPosition(String(expected));
  return told.serializeBinary();
}

function limitMessage(limitBytes: number): Uint8Array {
  const told = new shared.MaximumAppendSizeExceeded();
  told.setMaxappendsize(limitBytes);
  return told.serializeBinary();
}

function statusOf(type: string, message: Uint8Array): statuses.Status {
  const details = new any.Any();
  details.pack(message, `event_store.client.${type}`);
  const told = new statuses.Status();
  told.setMessage(type);
  told.setDetails(details);
  return told;
}
