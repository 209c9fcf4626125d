/** That a viewer cared for an item, and how much: above 0. */
export interface Interaction {
  readonly viewerId: string;
  readonly itemId: string;
  readonly weight: number;
}

/**
 * Who cared for what, in numbers side by side: a history of millions is handed to another thread without a copy, and takes
 * twelve bytes for each. Row after row, in any order, repeats included.
 */
export interface PackedHistory {
  readonly viewerIds: readonly string[];
  readonly itemIds: readonly string[];
  /** Places in `viewerIds`. */
  readonly viewers: Uint32Array<ArrayBuffer>;
  /** Places in `itemIds`. */
  readonly items: Uint32Array<ArrayBuffer>;
  /** Above 0. */
  readonly weights: Float32Array<ArrayBuffer>;
}

export interface HistoryPacker {
  /** What nobody cared for, a weight of 0 or less, is left out. */
  add(viewerId: string, itemId: string, weight: number): void;
  /** What was added so far. */
  pack(): PackedHistory;
}

const FIRST_ROWS = 1024;

export function createHistoryPacker(): HistoryPacker {
  const viewerPlaces = new Map<string, number>();
  const itemPlaces = new Map<string, number>();
  let viewers = new Uint32Array(FIRST_ROWS);
  let items = new Uint32Array(FIRST_ROWS);
  let weights = new Float32Array(FIRST_ROWS);
  let count = 0;

  function grow(): void {
    const [oldViewers, oldItems, oldWeights] = [viewers, items, weights];
    viewers = new Uint32Array(2 * count);
    items = new Uint32Array(2 * count);
    weights = new Float32Array(2 * count);
    viewers.set(oldViewers);
    items.set(oldItems);
    weights.set(oldWeights);
  }

  return {
    add(viewerId, itemId, weight) {
      if (!(weight > 0)) return;
      if (count === viewers.length) grow();
      viewers[count] = placeOf(viewerPlaces, viewerId);
      items[count] = placeOf(itemPlaces, itemId);
      weights[count] = weight;
      count += 1;
    },
    pack: () => ({
      ...{ viewerIds: [...viewerPlaces.keys()], itemIds: [...itemPlaces.keys()] },
      ...{ viewers: viewers.slice(0, count), items: items.slice(0, count), weights: weights.slice(0, count) },
    }),
  };
}

function placeOf(places: Map<string, number>, id: string): number {
  const known = places.get(id);
  if (known !== undefined) return known;
  places.set(id, places.size);
  return places.size - 1;
}

export function packHistory(interactions: Iterable<Interaction>): PackedHistory {
  const packer = createHistoryPacker();
  for (const { viewerId, itemId, weight } of interactions) packer.add(viewerId, itemId, weight);
  return packer.pack();
}

/** Those rows alone whose viewer, by its place, is wanted; of the others nothing stays. */
export function onlyViewers(history: PackedHistory, isWanted: (viewer: number) => boolean): PackedHistory {
  const packer = createHistoryPacker();
  const { viewerIds, itemIds, viewers, items, weights } = history;
  for (let row = 0; row < viewers.length; row += 1) {
    const viewer = viewers[row] as number;
    if (isWanted(viewer))
      packer.add(
        viewerIds[viewer] as string,
        itemIds[items[row] as number] as string,
        weights[row] as number,
      );
  }
  return packer.pack();
}
