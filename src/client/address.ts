/** A server's address, as its client uses it. */

import { ROOT } from "../wire/protocol.ts";

/** The root of the API, without what is secret, which goes into a header. */
export const addressOf = (
  url: string,
  token: string | undefined,
): { readonly root: string; readonly authorization: string | null } => {
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  address.search = "";
  address.hash = "";
  const root = `${address.href.replace(/\/+$/, "")}${ROOT}`;
  if (token !== undefined) return { root, authorization: `Bearer ${token}` };
  if (username === "" && password === "") return { root, authorization: null };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    root,
    authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(credentials)))}`,
  };
};
