/**
 * The process of the pictures: answers one question after the other, over pipes, and ends with its input. Its relative
 * imports end in `.ts` (the compiler rewrites them), so that Node runs it from source as well as from the build.
 */
import { Console } from 'node:console';
import { draw } from './draw.ts';
import { look } from './look.ts';
import type { PictureAnswer, PictureQuestion } from './picture-protocol.js';
import { refusalOf } from './refusal.ts';
import { sample } from './sample.ts';

// Standard output is for answers alone. Libraries write their complaints there, libheif for one.
globalThis.console = new Console(process.stderr, process.stderr);

interface Answered {
  readonly ok: Extract<PictureAnswer, { ok: unknown }>['ok'];
  readonly files: readonly Buffer[];
}

async function answer(question: PictureQuestion, bytes: Buffer): Promise<Answered> {
  if (question.ask === 'look') return { ok: await look(question.type, bytes), files: [] };
  if (question.ask === 'draw') {
    const { drawn, files } = await draw(question.type, bytes, question.widths);
    return { ok: drawn, files };
  }
  const { sampled, files } = await sample(question.type, bytes, question);
  return { ok: sampled, files };
}

function write(head: PictureAnswer, files: readonly Buffer[]): void {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  for (const part of [length, text, ...files]) process.stdout.write(part);
}

/** Four bytes of length, a head that names how many bytes follow, and these: as often as somebody asks. */
async function* questions(): AsyncGenerator<{ readonly question: PictureQuestion; readonly bytes: Buffer }> {
  let chunks: Buffer[] = [];
  let held = 0;
  const take = (size: number): Buffer => {
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(size)];
    held -= size;
    return all.subarray(0, size);
  };
  let wanted = 4;
  let head: (PictureQuestion & { readonly sizeBytes: number }) | undefined;
  let hasLength = false;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const part = take(wanted);
      if (!hasLength) {
        hasLength = true;
        wanted = part.readUInt32BE(0);
      } else if (!head) {
        head = JSON.parse(part.toString('utf8')) as typeof head;
        wanted = sizeOf(head);
      } else {
        yield { question: head, bytes: part };
        head = undefined;
        hasLength = false;
        wanted = 4;
      }
    }
  }
}

function sizeOf(head: unknown): number {
  return (head as { readonly sizeBytes: number }).sizeBytes;
}

for await (const { question, bytes } of questions()) {
  try {
    const { ok, files } = await answer(question, bytes);
    write({ ok, sizes: files.map(({ length }) => length) }, files);
  } catch (error) {
    const { refused, message } = refusalOf(error);
    write({ refused, message }, []);
  }
}
