import type { Catalogue } from '../recommender/catalogue.js';
import type { Model } from '../recommender/model.js';
import { createRecommender } from '../recommender/recommend.js';

type Recommend = ReturnType<typeof createRecommender>;

/** A recommender for each model and catalogue, made once and kept for as long as both are. */
export function keepRecommenders(): (model: Model, catalogue: Catalogue) => Recommend {
  const byModel = new WeakMap<Model, WeakMap<Catalogue, Recommend>>();
  return (model, catalogue) => {
    const byCatalogue = byModel.get(model) ?? new WeakMap<Catalogue, Recommend>();
    byModel.set(model, byCatalogue);
    const recommend = byCatalogue.get(catalogue) ?? createRecommender(model, catalogue);
    byCatalogue.set(catalogue, recommend);
    return recommend;
  };
}
