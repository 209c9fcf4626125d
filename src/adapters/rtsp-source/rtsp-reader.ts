import { unsupported } from '../../core/errors.js';

/** What a server says: an answer, or a packet of a channel between answers (RFC 2326, 10.12). */
export type RtspItem =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly channel: number; readonly packet: Buffer };

const DOLLAR = 0x24;
const PACKET_HEAD_BYTES = 4;
const MOST_HEAD_BYTES = 16 * 1024;
const MOST_BODY_BYTES = 64 * 1024;

/** Reads what comes of a connection, piece by piece. Throws `unsupported` for what is no RTSP. */
export function createRtspReader(onItem: (item: RtspItem) => void) {
  let rest: Buffer = Buffer.alloc(0);

  function readPacket(): boolean {
    if (rest.length < PACKET_HEAD_BYTES) return false;
    const end = PACKET_HEAD_BYTES + rest.readUInt16BE(2);
    if (rest.length < end) return false;
    const item = { channel: rest[1] ?? 0, packet: Buffer.from(rest.subarray(PACKET_HEAD_BYTES, end)) };
    rest = rest.subarray(end);
    onItem(item);
    return true;
  }

  function readAnswer(): boolean {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0 && rest.length < MOST_HEAD_BYTES) return false;
    const [first = '', ...lines] = rest.toString('latin1', 0, Math.max(0, end)).split('\r\n');
    // A server may ask as well, which needs no answer of ours.
    const isQuestion = /^[A-Z_]+ \S+ RTSP\/1\.0$/.test(first);
    const status = /^RTSP\/1\.\d (\d{3})\b/.exec(first)?.[1];
    if (end > MOST_HEAD_BYTES || (status === undefined && !isQuestion)) throw notRtsp();
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      // Of two challenges the last one stands: cameras send the stronger one there, or the same.
      headers[name.toLowerCase()] = value;
    }
    const length = Number(headers['content-length'] ?? 0);
    if (!Number.isInteger(length) || length < 0 || length > MOST_BODY_BYTES) throw notRtsp();
    const bodyAt = end + 4;
    if (rest.length < bodyAt + length) return false;
    const body = rest.toString('utf8', bodyAt, bodyAt + length);
    rest = rest.subarray(bodyAt + length);
    if (!isQuestion) onItem({ status: Number(status), headers, body });
    return true;
  }

  return (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length > 0 && (rest[0] === DOLLAR ? readPacket() : readAnswer()));
  };
}

const notRtsp = () => unsupported('source_refused', 'The server of the address does not speak RTSP.');
