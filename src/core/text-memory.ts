/** What a text takes in memory, about: with anything beyond Latin-1 in it, all of its characters take two bytes. */
export const textMemoryBytes = (text: string): number =>
  /[\u0100-\uffff]/.test(text) ? 2 * text.length : text.length;
