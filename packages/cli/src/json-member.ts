/**
 * The value of a member of an object or a list, from its JSON text, which must be without blanks and escapes; undefined
 * where there is none. A number that comes first, as the age of an answer does, is read without parsing all the rest.
 */
export function jsonMember(json: string, name: string): unknown {
  const start = name.length + 4;
  if (json.startsWith(`{"${name}":`) && !json.includes(`"${name}":`, start)) {
    const comma = json.indexOf(',', start);
    const number = Number(json.slice(start, comma < 0 ? -1 : comma));
    if (!Number.isNaN(number)) return number;
  }
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
