/** All that belongs to models lies below it, beside what belongs to items. */
export const MODELS_PLACE = 'models';

/** All that belongs to one. */
export const modelPlace = (modelId: string): string => `${MODELS_PLACE}/${modelId}`;

/** Its bytes. */
export const modelKey = (modelId: string): string => `${modelPlace(modelId)}/model.bin`;

/** How far history has been read for it. */
export const modelReadingKey = (modelId: string): string => `${modelPlace(modelId)}/reading.bin`;

export const isModelKey = (key: string): boolean => key.startsWith(`${MODELS_PLACE}/`);
