/** The load of a benchmark: requests that a server has to answer. */

import { collect } from "../subject.ts";
import { type Bytes, connect } from "./connection.ts";

/** Requests, and what their answers must be. */
export interface Load {
  readonly requests: readonly Bytes[];
  /** Whether the answer with this body has done what was asked for. */
  readonly isDone: (body: Uint8Array) => boolean;
}

/** A load, with the connections that are kept for it. */
export interface Kept extends Disposable {
  /** Seconds in which a server answers some of it. */
  readonly secondsOf: (requests: readonly Bytes[]) => Promise<number>;
}

/** Opens so many connections. */
export const kept = async (
  address: string,
  connections: number,
  { isDone }: Pick<Load, "isDone">,
): Promise<Kept> => {
  const open = await Promise.all(Array.from({ length: connections }, () => connect(address)));
  return {
    secondsOf: async (requests) => {
      const left = requests.values();
      const from = performance.now();
      await Promise.all(open.map(async ({ ask }) => {
        for (const request of left) {
          const body = await ask(request);
          if (!isDone(body)) throw new Error(`Not done: ${new TextDecoder().decode(body)}`);
        }
      }));
      return (performance.now() - from) / 1000;
    },
    [Symbol.dispose]: () => open.forEach((connection) => connection[Symbol.dispose]()),
  };
};

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
  load: Load,
): Promise<number> => {
  const { requests } = load;
  using open = await kept(address, connections, load);
  collect?.({ type: "major" });
  const leading = Math.floor(requests.length * LEAD_IN);
  await open.secondsOf(requests.slice(0, leading));
  const seconds = await open.secondsOf(requests.slice(leading));
  return seconds * requests.length / (requests.length - leading);
};
