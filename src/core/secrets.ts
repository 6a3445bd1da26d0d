/** What of an address nobody else needs to see. */

/** An address without the user and the password, for messages. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/.*@/, "//***@");
