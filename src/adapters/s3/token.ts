/** Metadata by which a process knows an object that it made itself, when the answer to that was lost. */
export const TOKEN = 'mediaflow-token';
