/** What there are models of that are learnt of what people did here. */
export const modelNames = ['recommender', 'moderation-head'] as const;
export type ModelName = (typeof modelNames)[number];
