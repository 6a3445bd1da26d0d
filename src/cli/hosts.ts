/** The names under which a server may be asked. */

/** The names of an address at which only this machine can ask. */
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Stands for any name among those that are allowed. */
export const ANY = "*";

/**
 * The names that count where the server listens; null for any. A page whose own name leads to a
 * loopback address could ask there, if any did, and nobody knows where a name leads. Those of the
 * address itself always count.
 */
export const hostsAt = (
  hostname: string,
  allowed: readonly string[],
): readonly string[] | null => {
  if (allowed.includes(ANY)) return null;
  if (allowed.length === 0 && isAddress(hostname) && !isLoopback(hostname)) return null;
  return [...new Set([...namesOf(hostname), ...allowed])];
};

/** The names under which an address is asked. */
const namesOf = (hostname: string): readonly string[] =>
  isWildcard(hostname)
    ? LOOPBACK
    : isAddress(hostname) && !isLoopback(hostname)
    ? [hostname]
    : [...LOOPBACK, hostname];

const isAddress = (hostname: string): boolean => /^[\d.]+$|:/.test(hostname);

/** Whether only this machine can ask at an address. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[?::(1|ffff:127(\.\d+){3}|ffff:7f[\da-f]{2}:[\da-f]{1,4})\]?)$/i
    .test(hostname);

/** Whether an address is short for all addresses of the machine. */
export const isWildcard = (hostname: string): boolean =>
  /^(0\.0\.0\.0|\[?::(ffff:(0\.0\.0\.0|0:0))?\]?)$/i.test(hostname);
