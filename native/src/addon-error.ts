/** The native addon is not built, or cannot be loaded on this host; the message says what to do. */
export class AddonError extends Error {
  override readonly name = 'AddonError';
}
