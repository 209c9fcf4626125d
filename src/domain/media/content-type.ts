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

/** What the file is by its bytes, whatever its sender called it; null for containers we have no name for. */
export function contentTypeOf(container: string, videoCodec: string): string | null {
  const names = container.split(',');
  if (names.includes('matroska') && !WEBM_CODECS.includes(videoCodec)) return 'video/matroska';
  return names.map((name) => CONTENT_TYPES[name]).findLast((type) => type !== undefined) ?? null;
}
