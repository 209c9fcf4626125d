import type { Catalogue } from './catalogue.js';
import { placesOf } from './interactions.ts';
import type { Model } from './model.js';

/** A model beside a catalogue, made ready for lists for anybody. */
export interface Shelf {
  readonly model: Model;
  readonly catalogue: Catalogue;
  /** Of each place in the catalogue the model's item, or -1. */
  readonly modelItems: Int32Array;
  readonly itemOf: ReadonlyMap<string, number>;
  /** 0 to 1 of each place: how widely known it is, of which ten people more say the less the more there are. */
  readonly fame: Float64Array;
}

export function prepareShelf(model: Model, catalogue: Catalogue): Shelf {
  const itemOf = placesOf(model.itemIds);
  const { items } = catalogue;
  const modelItems = Int32Array.from(items, ({ itemId }) => itemOf.get(itemId) ?? -1);
  const most = items.reduce((highest, { people }) => Math.max(highest, people), 1);
  const fame = Float64Array.from(items, ({ people }) => Math.log1p(people) / Math.log1p(most));
  return { model, catalogue, modelItems, itemOf, fame };
}
