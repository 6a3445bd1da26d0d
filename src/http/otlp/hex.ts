/** Bytes in hex, as ids and `bytes` values are stored. */

const BYTES: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => byte.toString(16).padStart(2, "0"),
);

/** In lower case. */
export const hexOf = (bytes: Uint8Array): string => {
  let hex = "";
  for (let i = 0; i < bytes.length; i++) hex += BYTES[bytes[i] ?? 0];
  return hex;
};
