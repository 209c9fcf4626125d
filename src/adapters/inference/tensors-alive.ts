/** How many tensors this thread holds: none before TensorFlow.js is loaded, which not every thread does. */
export const alive = { tensors: (): number => 0 };
