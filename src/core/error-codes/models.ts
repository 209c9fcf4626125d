import type { ErrorRoom } from './error-row.js';

/** Of the models that lists are made of, and how they are trained. */
export const models = {
  model_not_found: {
    kinds: ['not-found'],
    advice: 'There is no such model. `GET /v1/models` lists those there are.',
  },
  model_exists: {
    kinds: ['conflict'],
    advice: 'A model with this id was ordered already. Read what has become of it.',
  },
  model_not_trained: {
    kinds: ['conflict'],
    advice: 'Only a model that has been trained can be used: wait for this one, or choose another.',
  },
  model_withheld: {
    kinds: ['conflict'],
    advice:
      'This model was trained and found to be of no use; `detail` says why, and what it takes. Train another one when there is more to learn from.',
  },
  too_few_decisions: {
    kinds: ['conflict'],
    advice:
      'There is too little to learn from: `detail` says how many items people approved and rejected, and how many it takes. Train again when more have been decided on; what was uploaded to earlier releases is learnt from once it is moderated again.',
  },
  too_little_activity: {
    kinds: ['conflict'],
    advice:
      'A model of recommendations was trained of next to nothing, and is not used: lists go by tags, popularity and freshness, as they do without one. Train again when more viewers have done something.',
  },
  no_better_than_chance: {
    kinds: ['conflict'],
    advice:
      'A model of reviewers’ decisions was trained and, on the part of these that it had not seen, is not surely better than chance. It is not used. Train again when more have been decided on.',
  },
  model_retired: {
    kinds: ['conflict'],
    advice:
      'The bytes of this model were removed, since newer ones had taken its place. Train it again: `source: history` with `upTo` its position gives the very same.',
  },
  no_earlier_model: {
    kinds: ['conflict'],
    advice:
      'There is no model before the present one whose bytes are still kept. Train one, or promote another.',
  },
  model_unreadable: {
    kinds: ['unavailable'],
    advice:
      'The bytes of a model are not those that were stored. Promote another model, or train one; lists go on to be made of the last one that could be read.',
  },
  training_crashed: {
    kinds: ['unavailable'],
    advice: 'The thread that trained a model was lost, as when memory runs out. It is tried again.',
  },
  training_closed: {
    kinds: ['unavailable'],
    advice: 'A training was ended since its process stops. It is begun again elsewhere.',
  },
  training_failed: { kinds: ['internal'], advice: 'A model could not be trained; `detail` says why.' },
} as const satisfies ErrorRoom;
