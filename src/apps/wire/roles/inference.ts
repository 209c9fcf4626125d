import type { Part, PartContext } from '../part.js';
import { serveInference } from '../serve-inference.js';

/** Serves models to others. */
export async function inferencePart(context: PartContext): Promise<Part> {
  const { check } = await serveInference(context);
  return { checks: { inference: check } };
}
