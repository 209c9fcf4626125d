/** Of all frames of a picture together: what the largest telephones take. */
export const maximumPixels = 200_000_000;
export const maximumFrames = 2000;
/** How every picture is read: what is damaged is no picture, and what is larger is not begun with. */
export const decoding = { limitInputPixels: maximumPixels, failOn: 'error' } as const;
/** WebP holds no more, and what is shown has one shape in all formats. */
export const longestSide = 16_383;
export const animatedQuality = { quality: 75, effort: 3 } as const;
/** What is written of a photograph in megabytes is hardly looked at by anybody. */
export const longestMetadataBytes = 256 * 1024;
