/** A body with a plan's own fields: they take the place of what has their names, but for objects on both sides, whose fields are merged alike. */
import { isObject, type JsonObject } from '../../kernel/json-object.js';

/** As deep as the body itself is nested. A field called `__proto__` is one like any other. */
export function mergedFields(body: JsonObject, fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => {
    const own = Object.hasOwn(body, name) ? body[name] : undefined;
    return [name, isObject(own) && isObject(value) ? mergedFields(own, value) : value];
  });
  return { ...body, ...Object.fromEntries(entries) };
}
