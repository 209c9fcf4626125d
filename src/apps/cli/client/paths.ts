/** The address of an item; whatever somebody typed stays one segment of it. */
export const mediaPath = (id: string) => `/v1/media/${encodeURIComponent(id)}`;
