/** Pictures that show and do nothing else: an SVG runs scripts, and whatever we know nothing of may. */
const PICTURES: readonly string[] = [
  ...['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'],
  ...['image/heic', 'image/tiff', 'image/bmp'],
];

/** As what an uploaded file is served: only what a browser plays or shows, and never runs, is told as what it is. */
export const servedTypeOf = (contentType: string | null): string =>
  contentType !== null && (/^(video|audio)\/[\w.+-]+$/.test(contentType) || PICTURES.includes(contentType))
    ? contentType
    : 'application/octet-stream';
