import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inferenceService } from '../../../src/adapters/grpc/inference-proto.js';
import { methodOf, readProto, serviceIn } from '../../../src/adapters/grpc/read-proto.js';
import { scripted, serve } from './served.js';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } });
const jpeg = await picture(32, 16).jpeg().toBuffer();
const png = await picture(8, 8).png().toBuffer();
const vast = await picture(5000, 5000).jpeg({ quality: 1 }).toBuffer();

function rawClient(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

/** What a client of anybody's hears of the frames it sends. */
function sendFrames(
  port: number,
  frames: readonly object[],
  deadlineSeconds = 20,
): Promise<{ frames: readonly object[] } | ServiceError> {
  const { path, requestSerialize, responseDeserialize } = methodOf(inferenceService, 'TagFrames');
  return new Promise((resolve) => {
    const call = rawClient(port).makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { deadline: Date.now() + deadlineSeconds * 1000 },
      (error, answer) => resolve(error ?? (answer as { frames: readonly object[] })),
    );
    call.on('error', () => {});
    for (const frame of frames) call.write(frame);
    call.end();
  });
}

describe('any client of inference.v1', () => {
  test.each([
    ['a grey file', picture(16, 16).greyscale().toColourspace('b-w').jpeg()],
    ['CMYK', picture(16, 16).toColourspace('cmyk').jpeg()],
    ['a progressive file', picture(16, 16).jpeg({ progressive: true })],
  ])('may send %s', async (_, file) => {
    const { port } = await serve();
    expect(await sendFrames(port, [{ jpeg: await file.toBuffer() }])).toMatchObject({ frames: [{}] });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('hello')],
    ['a picture of another format', png],
    ['a drawing that names a file', Buffer.from('<svg><image href="/etc/passwd"/></svg>')],
    ['a JPEG cut off', jpeg.subarray(0, 200)],
    ['a JPEG of nothing but its first bytes', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0])],
    ['noise behind the first bytes', Buffer.concat([jpeg.subarray(0, 3), Buffer.alloc(5000, 7)])],
    ['a picture too large', vast],
  ])('hears INVALID_ARGUMENT of %s, and the others are served', async (_, bytes) => {
    const { port } = await serve();
    const refused = (await sendFrames(port, [{ jpeg }, { jpeg: bytes }, { jpeg }])) as ServiceError;
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(refused.metadata.get('mediaflow-code')[0]).toMatch(/^(invalid_image|image_too_large)$/);
    expect(await sendFrames(port, [{ jpeg }])).toMatchObject({ frames: [{}] });
  });

  test('hears INVALID_ARGUMENT of more frames than a request may have', async () => {
    const { port } = await serve();
    expect(await sendFrames(port, Array(129).fill({ jpeg }))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  test('hears RESOURCE_EXHAUSTED of a frame larger than a message may be', async () => {
    const { port } = await serve();
    expect(await sendFrames(port, [{ jpeg: Buffer.alloc(5 * 2 ** 20) }])).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
  });

  test('hears INVALID_ARGUMENT of sound that is not of four bytes a sample', async () => {
    const { port } = await serve();
    const { path, requestSerialize, responseDeserialize } = methodOf(inferenceService, 'Transcribe');
    const error = await new Promise<ServiceError | null>((resolve) =>
      rawClient(port).makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { samples: Buffer.alloc(7) },
        (refused) => resolve(refused),
      ),
    );
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.metadata.get('mediaflow-code')).toEqual(['invalid_sound']);
  });

  test('keeps no place by saying nothing: it is let go of, and others are served', async () => {
    const server = await serve({ maximumCalls: 1, silenceSeconds: 0.2 });
    const { path, requestSerialize, responseDeserialize } = methodOf(inferenceService, 'TagFrames');
    const heard = await new Promise<ServiceError | null>((resolve) => {
      const call = rawClient(server.port).makeClientStreamRequest(
        ...([path, requestSerialize, responseDeserialize, resolve] as const),
      );
      call.on('error', () => {});
      call.write({ jpeg });
    });
    expect(heard?.code).toBe(status.UNAVAILABLE);
    expect(server.underWay()).toBe(0);
    expect(await sendFrames(server.port, [{ jpeg }])).toMatchObject({ frames: [{}] });
  });

  test('has its deadline kept: it hears of it, and what it asked for stops', async () => {
    const stopped = Promise.withResolvers<void>();
    let began = false;
    const { port } = await serve({
      inference: scripted(async (signal) => {
        began = true;
        if (!signal.aborted)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        stopped.resolve();
        signal.throwIfAborted();
      }),
    });
    // On a busy machine a call may end before its service hears of it: such a one asked for nothing that could stop.
    for (let seconds = 0.3; !began; seconds *= 2)
      expect(await sendFrames(port, [{ jpeg }], seconds)).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await stopped.promise;
  });

  test('learns by the health service whether it is served, and hears of the end', async () => {
    const server = await serve();
    const health = serviceIn(readProto('grpc/health/v1/health.proto'), 'grpc.health.v1.Health');
    const { path, requestSerialize, responseDeserialize } = methodOf(health, 'Check');
    const check = (service: string) =>
      new Promise((resolve) =>
        rawClient(server.port).makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          { service },
          (error, answer) => resolve(error ? error.code : answer),
        ),
      );
    expect(await check('')).toEqual({ status: 'SERVING' });
    expect(await check('inference.v1.Inference')).toEqual({ status: 'SERVING' });
    expect(await check('another.Service')).toBe(status.NOT_FOUND);
    const watch = methodOf(health, 'Watch');
    const heard: object[] = [];
    const watching = rawClient(server.port).makeServerStreamRequest(
      watch.path,
      watch.requestSerialize,
      watch.responseDeserialize,
      { service: '' },
    );
    const first = new Promise<void>((resolve) => watching.once('data', () => resolve()));
    watching.on('data', (message: object) => heard.push(message));
    watching.on('error', () => {});
    await first;
    await server.close();
    expect(heard.at(-1)).toEqual({ status: 'NOT_SERVING' });
  });

  test.each(['v1', 'v1alpha'])('learns by reflection (%s) what there is', async (version) => {
    const { port } = await serve();
    const definitions = readProto(`grpc/reflection/${version}/reflection.proto`);
    const service = serviceIn(definitions, `grpc.reflection.${version}.ServerReflection`);
    const method = methodOf(service, 'ServerReflectionInfo');
    const call = rawClient(port).makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
    );
    const heard: Record<string, unknown>[] = [];
    const ended = new Promise((resolve) => call.on('end', resolve));
    call.on('data', (message: Record<string, unknown>) => heard.push(message));
    call.on('error', () => {});
    call.write({ listServices: '' });
    call.write({ fileContainingSymbol: 'inference.v1.Inference' });
    call.write({ fileContainingSymbol: 'inference.v1.Inference.TagFrames' });
    call.write({ fileContainingSymbol: 'no.such.Thing' });
    call.write({ fileByFilename: '/etc/passwd' });
    call.end();
    await ended;
    expect(heard[0]).toMatchObject({
      listServicesResponse: {
        service: [{ name: 'inference.v1.Inference' }, { name: 'grpc.health.v1.Health' }],
      },
    });
    expect(heard.map(({ messageResponse }) => messageResponse)).toEqual([
      ...['listServicesResponse', 'fileDescriptorResponse', 'fileDescriptorResponse'],
      ...['errorResponse', 'errorResponse'],
    ]);
  });
});
