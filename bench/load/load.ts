/** The load of a benchmark: requests that a server has to answer. */

import { collect } from "../subject.ts";
import { type Bytes, connect } from "./connection.ts";

/** Requests, and what their answers must be. */
export interface Load {
  readonly requests: readonly Bytes[];
  /** Whether the answer with this body has done what was asked for. */
  readonly isDone: (body: Uint8Array) => boolean;
}

/** The share of a load that is not timed. */
const LEAD_IN = 0.2;

/**
 * Seconds in which a server answers all of it to so many connections. What the preparation left behind
 * is collected first: else that falls into the time of some rivals, round after round. After it this
 * process is slow for a moment, so that a part leads in, and the time of the rest stands for the whole.
 */
export const secondsUnder = async (
  address: string,
  connections: number,
  { requests, isDone }: Load,
): Promise<number> => {
  using stack = new DisposableStack();
  const open = await Promise.all(Array.from({ length: connections }, () => connect(address)));
  open.forEach((connection) => stack.use(connection));
  const send = async (some: readonly Bytes[]): Promise<void> => {
    const left = some.values();
    await Promise.all(open.map(async ({ ask }) => {
      for (const request of left) {
        const body = await ask(request);
        if (!isDone(body)) throw new Error(`Not done: ${new TextDecoder().decode(body)}`);
      }
    }));
  };
  collect?.({ type: "major" });
  const leading = Math.floor(requests.length * LEAD_IN);
  await send(requests.slice(0, leading));
  const from = performance.now();
  await send(requests.slice(leading));
  const seconds = (performance.now() - from) / 1000;
  return seconds * requests.length / (requests.length - leading);
};
