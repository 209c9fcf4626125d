import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAddressRules } from '../../../src/adapters/http-source/address-rules.js';
import { createDepacketizer, withStartCode } from '../../../src/adapters/rtsp-source/depacketize.js';
import { openRtsp } from '../../../src/adapters/rtsp-source/open-rtsp.js';
import { sessionIn } from '../../../src/adapters/rtsp-source/session-description.js';
import { packetsOf, type RtspServer, startRtspServer } from '../../support/rtsp-server.js';

const unit = (type: number, length: number) =>
  Buffer.concat([Buffer.from([0x60 | type]), Buffer.alloc(length - 1, type)]);
const parameterSets = [unit(7, 20), unit(8, 6)];
const units = [unit(5, 5000), unit(1, 300), unit(1, 1200), unit(1, 1201), unit(1, 2401)];

const rules = createAddressRules({ allow: ['127.0.0.1'], ports: [] });
const never = new AbortController().signal;
let server: RtspServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const open = (address: string, more: Partial<Parameters<typeof openRtsp>[1]> = {}) =>
  openRtsp(new URL(address), { rules, patienceSeconds: 10, signal: never, ...more });

describe('the video of an RTSP server', () => {
  test('comes as it would stand in a file, with what its decoder needs first', async () => {
    server = await startRtspServer({ units, parameterSets });
    const { format, bytes } = await open(server.url());
    expect(format).toBe('h264');
    const expected = Buffer.concat([...parameterSets, ...units].map(withStartCode));
    const found: Buffer[] = [];
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      found.push(chunk);
      if (Buffer.concat(found).length >= expected.length) break;
    }
    expect(Buffer.concat(found).equals(expected)).toBe(true);
    expect(server.asked.map((line) => line.split(' ')[0])).toEqual(['DESCRIBE', 'SETUP', 'PLAY']);
  });

  test('is given to who has the password, which is in no line but the answer to its challenge', async () => {
    const credentials = { user: 'ada', password: 'p@ss' };
    server = await startRtspServer({ units, parameterSets, credentials });
    const { bytes } = await open(server.url('ada:p%40ss'));
    bytes.destroy();
    expect(server.asked.join('\n')).not.toMatch(/ada|p@ss|p%40ss/);
    await expect(open(server.url('ada:wrong'))).rejects.toMatchObject({ code: 'source_refused' });
    await expect(open(server.url())).rejects.toMatchObject({ code: 'source_refused' });
  });

  test('fails when the connection ends, so that it is tried again', async () => {
    server = await startRtspServer({ units, parameterSets });
    const { bytes } = await open(server.url());
    const failed = new Promise((resolve) => bytes.once('error', resolve));
    bytes.resume();
    server.cut();
    expect(await failed).toMatchObject({ kind: 'unavailable', code: 'source_interrupted' });
  });

  test('of a codec that is not taken is none', async () => {
    server = await startRtspServer({ units, codec: 'JPEG' });
    await expect(open(server.url())).rejects.toMatchObject({ code: 'unsupported_codec' });
  });

  test('in a private network is not asked for, unless that is allowed', async () => {
    server = await startRtspServer({ units });
    const closed = createAddressRules({ allow: [], ports: [] });
    await expect(open(server.url(), { rules: closed })).rejects.toMatchObject({ code: 'forbidden_source' });
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['says something else', (text: string) => `${text.length} HTTP/1.1 400 Bad Request\r\n\r\n`],
    ['says no end of it', () => 'x'.repeat(20_000)],
  ])('of a server that %s is refused', async (_, say) => {
    const other = createServer((socket) => {
      socket.on('error', () => {}).on('data', (chunk) => socket.write(say(String(chunk))));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(open(`rtsp://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'source_refused' });
    other.close();
  });

  test('of a server that is silent is given up', async () => {
    const other = createServer((socket) => void socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const asked = open(`rtsp://127.0.0.1:${port}/`, { patienceSeconds: 0.1 });
    await expect(asked).rejects.toMatchObject({ code: 'source_interrupted' });
    other.close();
  });
});

test.each([
  [undefined, '', 30],
  ['abc', 'abc', 30],
  ['abc;timeout=20', 'abc', 10],
  ['abc ; x=1; timeout=0', 'abc', 1],
  ['abc;timeout=99999999999', 'abc', 1800],
])('the session header %j keeps %j alive each %d s', (header, id, aliveSeconds) => {
  expect(sessionIn(header)).toEqual({ id, aliveSeconds });
});

test('an address whose password is not well encoded is refused before anybody is asked', async () => {
  server = await startRtspServer({ units });
  await expect(open(server.url('ada:%zz'))).rejects.toMatchObject({ code: 'invalid_source_url' });
  expect(server.asked).toEqual([]);
});

test('a server that plays and talks nonsense in one breath is given up at once', async () => {
  const other = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        const method = String(chunk).split(' ')[0];
        const sdp = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';
        const body = method === 'DESCRIBE' ? sdp : '';
        const nonsense = method === 'PLAY' ? 'nonsense\r\n\r\n' : '';
        socket.write(`RTSP/1.0 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}${nonsense}`);
      });
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await expect(open(`rtsp://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'source_refused' });
  other.close();
});

describe('packets', () => {
  test.each([
    ['nothing', 0],
    ['a byte each', 1],
  ])('of a unit in parts of %s, without an end, are let go of', (_, length) => {
    const depacketize = createDepacketizer('h264', 96);
    const part = (sequence: number, flags: number) => {
      const packet = Buffer.alloc(14 + length, 7);
      [packet[0], packet[1], packet[12], packet[13]] = [0x80, 96, 28, flags | 5];
      packet.writeUInt16BE(sequence & 0xffff, 2);
      return packet;
    };
    depacketize(part(0, 0x80));
    for (let sequence = 1; sequence < 20_000; sequence++) depacketize(part(sequence, 0));
    expect(depacketize(part(20_000, 0x40))).toEqual([]);
  });

  test('of which one is lost give all units but the one it was of', () => {
    const depacketize = createDepacketizer('h264', 96);
    const packets = packetsOf(units);
    const found = packets.filter((_, index) => index !== 2).flatMap((packet) => [...depacketize(packet)]);
    expect(found).toEqual(units.slice(1));
  });

  test('that hold several units give each', () => {
    const lengths = [units[1], units[2]].map((each = Buffer.alloc(0)) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(each.length);
      return Buffer.concat([length, each]);
    });
    const [packet = Buffer.alloc(0)] = packetsOf([unit(24, 1)]);
    expect(createDepacketizer('h264', 96)(Buffer.concat([packet, ...lengths]))).toEqual(units.slice(1, 3));
  });

  test('of any bytes whatever give something or nothing', () => {
    for (const codec of ['h264', 'hevc'] as const) {
      const depacketize = createDepacketizer(codec, 96);
      for (let seed = 0; seed < 3000; seed++) {
        const packet = Buffer.from(
          Array.from(
            { length: seed % 40 },
            (_, index) => (seed * 7919 + index * 104_729 + seed * index) % 256,
          ),
        );
        if (packet.length > 1) [packet[0], packet[1]] = [0x80 | (seed % 64), 96];
        expect(depacketize(packet).every((each) => each.length > 0)).toBe(true);
      }
    }
  });
});
