import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Sends a file as curl -F does, with its length told beforehand; throws unless it is taken. */
export async function sendMultipart<Answer>(
  url: string,
  file: { readonly filename: string; readonly sizeBytes: number; readonly bytes: AsyncIterable<Uint8Array> },
): Promise<Answer> {
  const boundary = `bench-${'-'.repeat(20)}`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.filename}"\r\nContent-Type: video/mp4\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const sending = request(url, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + file.sizeBytes + tail.length,
    },
  });
  const answered = once(sending, 'response');
  answered.catch(() => {}); // awaited below
  sending.write(head);
  await writeAll(sending, file.bytes);
  sending.end(tail);
  const [response] = await answered;
  const body = await text(response);
  if (response.statusCode >= 300) throw new Error(`${url}: ${response.statusCode} ${body}`);
  return JSON.parse(body);
}

/** Writes at the pace of the receiver. */
export async function writeAll(
  stream: NodeJS.WritableStream,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of bytes) if (!stream.write(chunk)) await once(stream, 'drain');
}
