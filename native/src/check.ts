/** Throws TypeError unless `value` is a string that C can hold. */
export function checkText(what: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string`);
  if (value === '') throw new TypeError(`${what} must not be empty`);
  if (value.includes('\0')) throw new TypeError(`${what} must not contain a NUL character`);
}

/** Throws TypeError or RangeError unless `value` is an integer from `least` to the largest u32. */
export function checkU32(what: string, value: unknown, least: number): void {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number`);
  if (!Number.isInteger(value) || value < least || value > 0xffffffff) {
    throw new RangeError(`${what} must be an integer from ${least} to 4294967295, not ${value}`);
  }
}

/** Throws TypeError unless `value` is a Buffer or another Uint8Array. */
export function checkBytes(what: string, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${what} must be a Buffer`);
}

/** Throws TypeError unless `value` is true or false. */
export function checkBoolean(what: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${what} must be true or false`);
}

/** Throws TypeError unless `value` can be called. */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${what} must be a function`);
}
