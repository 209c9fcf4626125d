import type { JsonObject, JsonValue } from './json.js';

/**
 * What of an event's data is personal: its path, with dots into objects, and what stands there once it is erased. That fits
 * the schema, so that whoever reads an erased event needs to know nothing of erasure.
 */
export type PersonalFields = Readonly<Record<string, JsonValue>>;

/** Data in two: what anybody may keep, with what stands for erased values in it, and those values by path. */
export interface PartedData {
  readonly open: JsonObject;
  /** Empty when nothing personal is in it. */
  readonly personal: JsonObject;
}

/** Takes out what is personal; a field that is not there, or that says as much as an erased one, stays as it is. */
export function partPersonal(fields: PersonalFields, data: JsonObject): PartedData {
  let open = data;
  const personal: JsonObject = {};
  for (const [path, erased] of Object.entries(fields)) {
    const value = valueAt(data, path.split('.'));
    if (value === undefined || JSON.stringify(value) === JSON.stringify(erased)) continue;
    personal[path] = value;
    open = withValue(open, path.split('.'), erased);
  }
  return { open, personal };
}

/** Puts back what was taken out. */
export const joinPersonal = ({ open, personal }: PartedData): JsonObject =>
  Object.entries(personal).reduce((data, [path, value]) => withValue(data, path.split('.'), value), open);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(data: JsonObject, [name = '', ...rest]: readonly string[]): JsonValue | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : undefined;
  if (rest.length === 0) return value;
  return isObject(value) ? valueAt(value, rest) : undefined;
}

function withValue(data: JsonObject, [name = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  const inner = data[name];
  return {
    ...data,
    [name]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value),
  };
}
