/** The load of a benchmark: requests that a server has to answer. */

import { secondsOf } from "../subject.ts";
import { type Bytes, connect } from "./connection.ts";

/** Requests, and what their answers must be. */
export interface Load {
  readonly requests: readonly Bytes[];
  /** Whether the answer with this body has done what was asked for. */
  readonly isDone: (body: Uint8Array) => boolean;
}

/** Seconds in which a server answers all of it to so many connections. */
export const secondsUnder = async (
  address: string,
  connections: number,
  { requests, isDone }: Load,
): Promise<number> => {
  using stack = new DisposableStack();
  const open = await Promise.all(Array.from({ length: connections }, () => connect(address)));
  open.forEach((connection) => stack.use(connection));
  const left = requests.values();
  return await secondsOf(() =>
    Promise.all(open.map(async ({ ask }) => {
      for (const request of left) {
        const body = await ask(request);
        if (!isDone(body)) throw new Error(`Not done: ${new TextDecoder().decode(body)}`);
      }
    }))
  );
};
