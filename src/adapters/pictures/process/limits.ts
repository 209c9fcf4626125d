/** Of all frames of a picture together: what the largest telephones take. */
export const maximumPixels = 200_000_000;
export const maximumFrames = 2000;
export const animatedQuality = { quality: 75, effort: 3 } as const;
/** What is written of a photograph in megabytes is hardly looked at by anybody. */
export const longestMetadataBytes = 256 * 1024;
