/**
 * Of an item's document what people wrote of it and what was seen in it, without the lines: as the index `media_search_about` has it. Asked of the whole document by weights, every
 * item that only says a word would have to be read to be left out.
 */
export const about = (alias: string): string => `ts_filter(${alias}.document, '{a,b,c}')`;
