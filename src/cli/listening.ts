/** A server on a port. */

import { E } from "../deps/fp.ts";
import type { HttpApp } from "../http/app.ts";
import { type Failure, misuse, trouble } from "./failure.ts";
import { isWildcard } from "./hosts.ts";

/** A server that listens. */
export interface Listening {
  /** Its URL, as seen from its machine. */
  readonly address: string;
  /** How many requests have no answer yet. */
  readonly running: () => number;
  /**
   * Takes no more connections, and resolves once all have ended. One whose request never comes to its
   * end does not.
   */
  readonly stop: () => Promise<void>;
}

/** Listens, or says why that is not possible. */
export const listen = (
  app: HttpApp,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): E.Either<Failure, Listening> => {
  let running = 0;
  const left = (): void => {
    running--;
  };
  const counted = (request: Request): Promise<Response> => {
    running++;
    const answer = app(request);
    answer.then(left, left);
    return answer;
  };
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  try {
    const server = Deno.serve({ hostname: bare, port, onListen: () => {} }, counted);
    return E.right({
      address: addressOf(bare, server.addr.port),
      running: () => running,
      stop: () => server.shutdown(),
    });
  } catch (error) {
    return E.left(refusalOf(error, hostname, addressOf(bare, port)));
  }
};

const addressOf = (hostname: string, port: number): string => {
  const name = isWildcard(hostname) ? "127.0.0.1" : hostname;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
};

const refusalOf = (error: unknown, hostname: string, address: string): Failure => {
  if (error instanceof Deno.errors.AddrInUse) {
    return trouble(
      `Cannot listen at ${address}: something listens there already. ` +
        "Stop it, or choose another port by --port.",
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return misuse(`--host ${hostname}: this machine has no such address`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return trouble(`Cannot listen at ${address}: the system does not let you. Try another --port.`);
  }
  return trouble(`Cannot listen at ${address}: ${error instanceof Error ? error.message : error}`);
};
