/** Those that pictures are made in, so that nobody can ask a server for thousands of them. */
export const imageWidths = [320, 640, 1280, 1920, 2560] as const;

/** Content types by the ending of a name. */
export const imageFormats = { jpg: 'image/jpeg', webp: 'image/webp', avif: 'image/avif' } as const;

/** Of every file that may be made of a picture. */
export const imageNames: readonly string[] = imageWidths.flatMap((width) =>
  Object.keys(imageFormats).map((format) => `image/${width}.${format}`),
);

/**
 * The widths that a picture is made in: all below its own, and the next, which holds it as wide as it is. So nothing is
 * enlarged, and nothing of it is lost that the largest could show.
 */
export function widthsFor(width: number): readonly number[] {
  const next = imageWidths.findIndex((each) => each >= width);
  return next < 0 ? imageWidths : imageWidths.slice(0, next + 1);
}
