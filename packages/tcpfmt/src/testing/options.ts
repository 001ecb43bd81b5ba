/** No option that adds to a row. */
export const noFlags = {
  time: false,
  timestamp: false,
  uid: false,
  lport: false,
  dns: false,
  verbose: false,
  wide: false,
};
