/** Where the bytes of an upload grow. */
export const growingKey = (uploadId: string): string => `uploads/${uploadId}`;
/** Where they lie once they are whole. */
export const originalKey = (mediaId: string): string => `media/${mediaId}/original`;
