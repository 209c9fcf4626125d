import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RtspServer {
  url(credentials?: string): string;
  /** The first lines of what it was asked, in order. */
  readonly asked: readonly string[];
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

const MOST_PAYLOAD_BYTES = 1200;
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Units of H.264 as packets of RTP: those that are too long in fragments, as cameras send them. */
export function packetsOf(units: readonly Buffer[], payloadType = 96): Buffer[] {
  let sequence = 65_530;
  const packet = (payload: Buffer) => {
    const head = Buffer.alloc(12);
    [head[0], head[1]] = [0x80, payloadType];
    head.writeUInt16BE(sequence++ & 0xffff, 2);
    return Buffer.concat([head, payload]);
  };
  return units.flatMap((unit) => {
    if (unit.length <= MOST_PAYLOAD_BYTES) return [packet(unit)];
    const head = unit[0] ?? 0;
    const parts: Buffer[] = [];
    for (let at = 1; at < unit.length; at += MOST_PAYLOAD_BYTES) {
      const end = Math.min(at + MOST_PAYLOAD_BYTES, unit.length);
      const flags = (at === 1 ? 0x80 : 0) | (end === unit.length ? 0x40 : 0) | (head & 0x1f);
      parts.push(packet(Buffer.concat([Buffer.from([(head & 0xe0) | 28, flags]), unit.subarray(at, end)])));
    }
    return parts;
  });
}

/** A camera on a loopback address: plays its units once and keeps the connection, to whoever has its password if it has one. */
export async function startRtspServer(options: {
  readonly units: readonly Buffer[];
  readonly parameterSets?: readonly Buffer[];
  readonly credentials?: { readonly user: string; readonly password: string };
  readonly codec?: string;
}): Promise<RtspServer> {
  const { units, parameterSets = [], credentials, codec = 'H264' } = options;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const sets = parameterSets.map((set) => set.toString('base64')).join(',');
  const description = [
    ...['v=0', 's=camera', 'm=audio 0 RTP/AVP 0', 'a=control:track0', 'm=video 0 RTP/AVP 96'],
    ...[`a=rtpmap:96 ${codec}/90000`, `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${sets}`],
    ...['a=control:track1', ''],
  ].join('\r\n');

  const isAllowed = (request: string): boolean => {
    if (!credentials) return true;
    const [, method = '', uri = ''] = /^(\w+) (\S+)/.exec(request) ?? [];
    const { user, password } = credentials;
    const response = md5(`${md5(`${user}:cam:${password}`)}:n1:${md5(`${method}:${uri}`)}`);
    return request.includes(`response="${response}"`);
  };
  const bodyOf = (method: string): readonly [headers: string, body: string] => {
    if (method === 'DESCRIBE') return ['Content-Type: application/sdp\r\n', description];
    if (method === 'SETUP')
      return ['Session: s1;timeout=60\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n', ''];
    return ['', ''];
  };
  function answer(socket: Socket, request: string): void {
    const sequence = /^CSeq: (\d+)/m.exec(request)?.[1];
    const [, method = ''] = /^(\w+) /.exec(request) ?? [];
    asked.push(request.split('\r\n')[0] ?? '');
    if (!isAllowed(request)) {
      socket.write(
        `RTSP/1.0 401 Unauthorized\r\nCSeq: ${sequence}\r\nWWW-Authenticate: Digest realm="cam", nonce="n1"\r\n\r\n`,
      );
      return;
    }
    const [headers, body] = bodyOf(method);
    socket.write(
      `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    if (method !== 'PLAY') return;
    for (const packet of packetsOf(units)) {
      const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
      socket.write(Buffer.concat([head, packet]));
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        answer(socket, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ asked, cut },
    url: (given) => `rtsp://${given ? `${given}@` : ''}127.0.0.1:${port}/live`,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
