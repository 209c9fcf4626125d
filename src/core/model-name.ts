/** What there are models of that are learnt of what people did here. */
export const modelNames = ['recommender'] as const;
export type ModelName = (typeof modelNames)[number];
