/** The names under which a server may be asked. */

/** The names of an address at which only this machine can ask. */
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The names that count where the server listens; null for any. A page whose own name leads to a
 * loopback address could ask there, if any did.
 */
export const hostsAt = (
  hostname: string,
  allowed: readonly string[],
): readonly string[] | null =>
  isLoopback(hostname) ? [...LOOPBACK, ...allowed] : allowed.length > 0 ? allowed : null;

/** Whether only this machine can ask at an address. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(hostname);

/** Whether an address is short for all addresses of the machine. */
export const isWildcard = (hostname: string): boolean => /^(0\.0\.0\.0|\[?::\]?)$/.test(hostname);
