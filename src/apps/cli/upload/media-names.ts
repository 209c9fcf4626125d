import { open } from 'node:fs/promises';
import { extname } from 'node:path';

/** How names of files end that are taken; what a file is, its bytes tell the server. */
const ENDINGS: ReadonlySet<string> = new Set([
  ...[
    'mp4',
    'm4v',
    'mov',
    'qt',
    '3gp',
    '3g2',
    'mkv',
    'webm',
    'avi',
    'ts',
    'mts',
    'm2ts',
    'mpg',
    'mpeg',
    'vob',
  ],
  ...['m2v', 'flv', 'f4v', 'ogv', 'asf', 'wmv', 'mxf'],
  ...['mp3', 'm4a', 'm4b', 'aac', 'flac', 'wav', 'w64', 'aif', 'aiff', 'aifc', 'ogg', 'oga', 'opus', 'wma'],
  ...['ac3', 'eac3', 'amr', 'caf', 'mka', 'weba'],
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'gif', 'avif', 'heic', 'heif', 'tif', 'tiff', 'bmp'],
]);
/** Every packet of MPEG-TS begins with it; a program in TypeScript does hardly ever. */
const SYNC_BYTE = 0x47;

/** `mp4` of `Film.MP4`, nothing where there is none. */
export const endingOf = (name: string): string => extname(name).slice(1).toLowerCase();

/** Whether a file that nobody named is worth sending. Of one that cannot be read it is told when it is sent. */
export async function isMedia(path: string): Promise<boolean> {
  const ending = endingOf(path);
  if (ending === 'ts') return (await firstByteOf(path).catch(() => undefined)) === SYNC_BYTE;
  return ENDINGS.has(ending);
}

async function firstByteOf(path: string): Promise<number | undefined> {
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead === 0 ? undefined : buffer[0];
  } finally {
    await handle.close();
  }
}
