/** Files of dns-packet that its published types leave out. */

declare module 'dns-packet/types.js' {
  const types: { toString(type: number): string };
  export default types;
}

declare module 'dns-packet/rcodes.js' {
  const rcodes: { toString(rcode: number): string };
  export default rcodes;
}
