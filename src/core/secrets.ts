/** What of an address nobody else needs to see. */

/**
 * An address for messages: without the user, the password, and the values of its query, which may be
 * passwords too.
 */
export const withoutSecrets = (url: string): string =>
  url
    .replace(USER, (_, scheme = "") => `${scheme}//***@`)
    .replace(/\?([^]*)/, (_, query: string) => `?${query.split("&").map(nameOnly).join("&")}`);

/**
 * A user and a password; without the slashes too, which some readers of addresses do not need. The
 * path of a file may have an @.
 */
const USER = /^((?!sqlite:)[a-z+]+:)\/*[^]*@|\/\/[^]*@/i;

const nameOnly = (part: string): string =>
  part === "" ? "" : part.includes("=") ? part.replace(/=[^]*/, "=***") : "***";
