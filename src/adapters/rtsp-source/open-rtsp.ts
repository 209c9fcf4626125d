import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { invalid, type MediaFlowError, unavailable, unsupported } from '../../core/errors.js';
import { authorizationFor, type Credentials } from './authorization.js';
import { createDepacketizer, withStartCode } from './depacketize.js';
import { createRtspReader, type RtspItem } from './rtsp-reader.js';
import { sessionIn, videoIn } from './session-description.js';

export interface RtspOptions {
  /** Whether this address may be connected to under this name. */
  readonly rules: { mayReach(address: string, host: string): boolean };
  /** Without a word of the server for so long it is given up. */
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
}

export interface OpenedRtsp {
  readonly format: 'h264' | 'hevc';
  /** The units of the video as they come. It fails with `source_interrupted` when the connection ends. */
  readonly bytes: Readable;
}

type Answer = Extract<RtspItem, { readonly status: number }>;

/** What nobody reads any more is let go of, and the source with it. */
const MOST_WAITING_BYTES = 16 * 2 ** 20;

/**
 * Plays the video of an RTSP server (RFC 2326), whose packets come over the connection that asks for them. It goes to an address
 * that was checked and to no other; user and password of the address answer a challenge, and go nowhere else. Throws
 * `invalid_source_url`, `forbidden_source`, `source_refused`, `source_unavailable`, `unsupported_codec`, or the signal's reason.
 */
export async function openRtsp(address: URL, options: RtspOptions): Promise<OpenedRtsp> {
  const { patienceSeconds, signal } = options;
  const credentials = credentialsOf(address);
  const socket = await connectTo(address, options);
  const bytes = new PassThrough({ highWaterMark: MOST_WAITING_BYTES });
  const end = (error: MediaFlowError) => {
    waiting?.reject(error);
    bytes.destroy(error);
    socket.destroy();
  };
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let onPacket: (packet: Buffer) => void = () => {};
  const read = createRtspReader((item) => {
    if ('packet' in item) {
      if (item.channel === 0) onPacket(item.packet);
    } else waiting?.resolve(item);
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      end(error as MediaFlowError);
    }
  });
  socket.setTimeout(patienceSeconds * 1000, () => end(interrupted('ETIMEDOUT')));
  socket.on('error', (error: NodeJS.ErrnoException) => end(interrupted(error.code)));
  socket.on('close', () => end(interrupted('ECONNRESET')));
  const onAbort = () => end(interrupted('ABORTED'));
  signal.addEventListener('abort', onAbort, { once: true });
  bytes.on('error', () => {});

  let [sequence, challenge] = [0, ''];
  async function ask(method: string, uri: string, headers: Record<string, string> = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const authorization =
        credentials && challenge !== ''
          ? authorizationFor(challenge, credentials, { method, uri })
          : undefined;
      const lines = Object.entries({
        ...{ CSeq: String(++sequence), 'User-Agent': 'MediaFlow', ...headers },
        ...(authorization && { Authorization: authorization }),
      }).map(([name, value]) => `${name}: ${value}\r\n`);
      waiting = Promise.withResolvers();
      waiting.promise.catch(() => {});
      socket.write(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`);
      const answer = await waiting.promise;
      if (answer.status === 200) return answer;
      const asked = answer.headers['www-authenticate'];
      if (answer.status !== 401 || !asked || attempt > 1 || !credentials) throw refused(answer.status);
      challenge = asked;
    }
  }

  try {
    const session = withoutCredentials(address);
    const description = await ask('DESCRIBE', session, { Accept: 'application/sdp' });
    const video = videoIn(description.body);
    if (!video) throw unsupported('unsupported_codec', 'The stream has no video in H.264 or H.265.');
    const base = (description.headers['content-base'] ?? session).replace(/\/?$/, '/');
    const track = /^rtsp:\/\//i.test(video.control) ? video.control : base + video.control;
    const setUp = await ask('SETUP', track, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
    const { id, aliveSeconds } = sessionIn(setUp.headers.session);
    const depacketize = createDepacketizer(video.codec, video.payloadType);
    const put = (unit: Buffer) => {
      if (bytes.writableLength > MOST_WAITING_BYTES) end(interrupted('ENOBUFS'));
      else if (!bytes.destroyed) bytes.write(withStartCode(unit));
    };
    onPacket = (packet) => {
      for (const unit of depacketize(packet)) put(unit);
    };
    for (const set of video.parameterSets) put(set);
    await ask('PLAY', base, { Session: id, Range: 'npt=0.000-' });
    // It may have gone with its answer: its end would be heard by nobody.
    if (bytes.destroyed) throw bytes.errored ?? interrupted();
    // Servers forget who says nothing; whatever they answer to it.
    const alive = setInterval(
      () => void ask('GET_PARAMETER', base, { Session: id }).catch(() => {}),
      aliveSeconds * 1000,
    );
    bytes.once('close', () => {
      clearInterval(alive);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
    });
    return { format: video.codec, bytes };
  } catch (error) {
    socket.destroy();
    bytes.destroy();
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
    throw error;
  }
}

async function connectTo(address: URL, { rules, patienceSeconds, signal }: RtspOptions): Promise<Socket> {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const found =
    isIP(host) === 0
      ? await lookup(host, { all: true }).catch((error: NodeJS.ErrnoException) => {
          throw unreachable(error.code);
        })
      : [{ address: host }];
  const allowed = found.find((each) => rules.mayReach(each.address, host));
  if (!allowed) throw notPublic();
  signal.throwIfAborted();
  const socket = connect({ host: allowed.address, port: Number(address.port || 554) });
  return new Promise((resolve, reject) => {
    const fail = (code: string | undefined) => {
      socket.destroy();
      reject(unreachable(code));
    };
    socket.setTimeout(patienceSeconds * 1000, () => fail('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code));
    socket.once('connect', () => {
      socket.removeAllListeners();
      resolve(socket);
    });
  });
}

function credentialsOf({ username, password }: URL): Credentials | undefined {
  if (username === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw invalid('invalid_source_url', 'The user or the password in the address is not well encoded.');
  }
}

function withoutCredentials(address: URL): string {
  const plain = new URL(address);
  [plain.username, plain.password] = ['', ''];
  return plain.href;
}

const notPublic = () =>
  invalid(
    'forbidden_source',
    'The address leads to a server that is not on the public internet. The operator allows some (MEDIAFLOW_PULL_ALLOW).',
  );
const unreachable = (code = 'unknown') =>
  unavailable('source_unavailable', `The server of the address cannot be reached: ${code}.`);
const interrupted = (code = 'unknown') =>
  unavailable('source_interrupted', `The connection to the source ended: ${code}.`);
const refused = (status: number): MediaFlowError =>
  status >= 500
    ? unavailable('source_unavailable', `The server of the address answers ${status}.`, { status })
    : unsupported('source_refused', `The server of the address answers ${status}.`, { status });
