/** Media types by ffprobe's container names; a container that goes by several names is found by any of them. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  matroska: 'video/matroska',
  avi: 'video/x-msvideo',
  mpegts: 'video/mp2t',
  mpeg: 'video/mpeg',
  flv: 'video/x-flv',
  ogg: 'video/ogg',
  asf: 'video/x-ms-asf',
  mxf: 'application/mxf',
};
/** What browsers take as WebM; with any other codec the same container is Matroska. */
const WEBM_CODECS = ['vp8', 'vp9', 'av1'];

/** Of files that are sound alone. */
const SOUND_TYPES: Readonly<Record<string, string>> = {
  mp4: 'audio/mp4',
  webm: 'audio/webm',
  matroska: 'audio/matroska',
  mp3: 'audio/mpeg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  w64: 'audio/wav',
  aiff: 'audio/aiff',
  ogg: 'audio/ogg',
  asf: 'audio/x-ms-wma',
  ac3: 'audio/ac3',
  eac3: 'audio/eac3',
  amr: 'audio/amr',
  caf: 'audio/x-caf',
};
/** What browsers take as WebM. */
const WEBM_SOUND_CODECS = ['opus', 'vorbis'];

/** What the file is by its bytes, whatever its sender called it; null for containers we have no name for. */
export function contentTypeOf(container: string, videoCodec: string): string | null {
  const names = container.split(',');
  if (names.includes('matroska') && !WEBM_CODECS.includes(videoCodec)) return 'video/matroska';
  return names.map((name) => CONTENT_TYPES[name]).findLast((type) => type !== undefined) ?? null;
}

/** The same of sound alone. */
export function soundTypeOf(container: string, codec: string): string | null {
  const names = container.split(',');
  if (names.includes('matroska') && !WEBM_SOUND_CODECS.includes(codec)) return 'audio/matroska';
  return names.map((name) => SOUND_TYPES[name]).findLast((type) => type !== undefined) ?? null;
}

/** A hint only: what the file is, its bytes will tell. So a strange one is dropped rather than refused. */
export function declaredContentType(declared: string | null | undefined): string | null {
  const type = declared?.trim().toLowerCase() ?? '';
  return type.length <= 255 && /^[\w.+-]+\/[\w.+-]+(?:\s*;.*)?$/.test(type) ? type : null;
}
