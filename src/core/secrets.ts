/** What of an address nobody else needs to see. */

/**
 * An address for messages: without the user, the password, and the values of its query, which may be
 * passwords too.
 */
export const withoutSecrets = (url: string): string =>
  url
    .replace(/\/\/.*@/, "//***@")
    .replace(/\?.*/, (query) => query.replaceAll(/=[^&]*/g, "=***"));
