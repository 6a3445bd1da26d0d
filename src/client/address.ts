/** A server's address, as its client uses it. */

import { ROOT } from "../wire/protocol.ts";

/** Where a server is. */
export interface Address {
  /** The root of its API, without what is secret, which goes into a header. */
  readonly root: string;
  /** Where OTLP traces go: what is secret stays, since whoever sends them has no other way to know. */
  readonly traces: string;
  /** The header; null for none. */
  readonly authorization: string | null;
}

/** Takes the URL apart; its query and its hash do not count. */
export const addressOf = (url: string, token: string | undefined): Address => {
  const address = new URL(url);
  address.search = "";
  address.hash = "";
  const traces = `${withoutSlash(address)}/v1/traces`;
  const { username, password } = address;
  address.username = "";
  address.password = "";
  const root = `${withoutSlash(address)}${ROOT}`;
  if (token !== undefined) return { root, traces, authorization: `Bearer ${token}` };
  if (username === "" && password === "") return { root, traces, authorization: null };
  const credentials = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return { root, traces, authorization: `Basic ${btoa(String.fromCharCode(...credentials))}` };
};

const withoutSlash = ({ href }: URL): string => href.replace(/\/+$/, "");

/** A `%` that encodes nothing stands for itself. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
