import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { appendCall, batchAppendCall } from './append-calls.js';
import { createIdempotencyCache } from './decide-append.js';
import { createFaults, type Faults } from './faults.js';
import { uuidOf } from './messages.js';
import type { NodeState } from './node-state.js';
import { readCall } from './read-calls.js';
import { accessDenied, notAuthenticated, notLeader, notReady } from './refusals.js';
import type { TransactionLog } from './transaction-log.js';

export type NodeRole = 'leader' | 'follower' | 'unknown';

/** The nodes of a cluster, as each tells of all by gossip. */
export interface ClusterView {
  members(): readonly { readonly port: number; readonly role: NodeRole; readonly isAlive: boolean }[];
}

export interface NodeOptions {
  readonly log: TransactionLog;
  readonly cluster: ClusterView;
  role(): NodeRole;
  readonly port?: number;
  /** Event ids that the node knows again without being told where to look. */
  readonly remembersEvents?: number;
  readonly maximumAppendBytes?: number;
  /** User names and their passwords; without any, everybody may do everything. */
  readonly users?: Readonly<Record<string, string>>;
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Older servers are sent one append a call. */
  readonly knowsBatchAppend?: boolean;
}

export interface RunningNode {
  readonly port: number;
  readonly faults: Faults;
  /** Every answer comes so much later. */
  delayMilliseconds: number;
  /** As after a restart, what the node remembers of event ids is gone. */
  forget(): void;
  /** Ends at once, with everything under way. */
  stop(): Promise<void>;
}

/** One node of EventStoreDB as clients see it, on a real socket. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { log, cluster } = options;
  const faults = createFaults();
  const cache = createIdempotencyCache(options.remembersEvents ?? 100);
  const stopping = new AbortController();
  const running = { delayMilliseconds: 0 };

  async function admit(metadata: Metadata): Promise<ServiceError | undefined> {
    if (running.delayMilliseconds > 0)
      await new Promise((resolve) => setTimeout(resolve, running.delayMilliseconds));
    const refused = checkUser(options, metadata);
    if (refused) return refused;
    const role = options.role();
    if (role === 'unknown') return notReady();
    if (role === 'leader' || metadata.get('requires-leader')[0] !== 'true') return undefined;
    const leader = cluster.members().find((member) => member.role === 'leader' && member.isAlive);
    return notLeader(leader && { host: '127.0.0.1', port: leader.port });
  }

  const node: NodeState = {
    ...{ log, cache, faults, admit, stopping: stopping.signal },
    maximumAppendBytes: options.maximumAppendBytes ?? 1_048_576,
  };
  const server = new Server({
    'grpc.max_receive_message_length': 17 * 1_048_576,
    // As Kestrel has it: who asks for more on a connection waits.
    'grpc.max_concurrent_streams': 100,
  });
  const unsupported: ServerErrorResponse = Object.assign(new Error('Not played'), {
    code: status.UNIMPLEMENTED,
  });
  server.addService(streamServices.StreamsService, {
    append: appendCall(node),
    batchAppend: batchAppendCall(node),
    read: readCall(node),
    delete: (_call: unknown, answer: (error: ServerErrorResponse) => void) => answer(unsupported),
    tombstone: (_call: unknown, answer: (error: ServerErrorResponse) => void) => answer(unsupported),
  });
  server.addService(featureServices.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: (error: null, told: features.SupportedMethods) => void) =>
      answer(null, supportedMethods(options.knowsBatchAppend ?? true)),
  });
  server.addService(gossipServices.GossipService, {
    read: (_call: unknown, answer: (error: null, told: gossip.ClusterInfo) => void) =>
      answer(null, clusterInfo(cluster)),
  });

  const { tls } = options;
  const credentials = tls
    ? ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
      ])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return Object.assign(running, {
    port,
    faults,
    forget: cache.forget,
    async stop() {
      stopping.abort();
      server.forceShutdown();
    },
  });
}

function checkUser({ users }: NodeOptions, metadata: Metadata): ServiceError | undefined {
  if (!users) return undefined;
  const [, encoded] = /^Basic (.+)$/.exec(String(metadata.get('authorization')[0] ?? '')) ?? [];
  if (encoded === undefined) return accessDenied();
  const [, name = '', password] =
    /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return Object.hasOwn(users, name) && users[name] === password ? undefined : notAuthenticated();
}

function supportedMethods(knowsBatchAppend: boolean): features.SupportedMethods {
  const told = new features.SupportedMethods();
  told.setEventStoreServerVersion('24.10.0');
  const names = ['append', 'read', ...(knowsBatchAppend ? ['batchappend'] : [])];
  told.setMethodsList(
    names.map((name) => {
      const method = new features.SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      return method;
    }),
  );
  return told;
}

const { VNodeState } = gossip.MemberInfo;
const STATES: Readonly<Record<NodeRole, gossip.MemberInfo.VNodeState>> = {
  leader: VNodeState.LEADER,
  follower: VNodeState.FOLLOWER,
  unknown: VNodeState.UNKNOWN,
};

function clusterInfo(cluster: ClusterView): gossip.ClusterInfo {
  const told = new gossip.ClusterInfo();
  told.setMembersList(
    cluster.members().map(({ port, role, isAlive }) => {
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress('127.0.0.1');
      endPoint.setPort(port);
      const member = new gossip.MemberInfo();
      member.setInstanceId(uuidOf(crypto.randomUUID()));
      member.setTimeStamp(String(Date.now()));
      member.setState(STATES[role]);
      member.setIsAlive(isAlive);
      member.setHttpEndPoint(endPoint);
      return member;
    }),
  );
  return told;
}
