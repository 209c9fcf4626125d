/** What a list is compared with: the items that were held out of a viewer's history, at least one. */
type Wanted = ReadonlySet<string | number>;
type List = readonly (string | number)[];

/**
 * Normalised discounted cumulative gain of the first `places` of a list (Järvelin and Kekäläinen 2002), 0 to 1: every wanted
 * item counts alike, and the less the further down it stands.
 */
export function ndcg(list: List, wanted: Wanted, places: number): number {
  let gain = 0;
  for (const [place, item] of list.slice(0, places).entries()) if (wanted.has(item)) gain += gainAt(place);
  let ideal = 0;
  for (let place = 0; place < Math.min(places, wanted.size); place += 1) ideal += gainAt(place);
  return gain / ideal;
}

const gainAt = (place: number): number => 1 / Math.log2(place + 2);

/**
 * Which part of the wanted stands among the first `places` of a list, 0 to 1; of so many as there are places where more are
 * wanted (as Liang, Krishnan, Hoffman and Jebara measure it: WWW 2018).
 */
export function recall(list: List, wanted: Wanted, places: number): number {
  const found = list.slice(0, places).filter((item) => wanted.has(item)).length;
  return found / Math.min(places, wanted.size);
}

/** Which part of a catalogue stands among the first `places` of any of these lists, 0 to 1. */
export function coverage(lists: readonly List[], catalogueSize: number, places: number): number {
  return new Set(lists.flatMap((list) => list.slice(0, places))).size / catalogueSize;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
