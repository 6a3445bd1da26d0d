/** The Durable Object of the suites: the one that is published, with the doors that tests need. */

import { type Rollout, sqlite } from "../../mod.ts";
import {
  type DurableObject,
  durableObject,
  durableObjectDriver,
  type DurableObjectOptions,
  type DurableObjectState,
} from "../../src/durable_object/mod.ts";
import { type Received, receiving } from "../contract/along.ts";

/** How often the watchdog looks. */
export type Scans = Required<
  Pick<DurableObjectOptions, "scanDebounceSeconds" | "scanIntervalSeconds">
>;

/** What the headers of a request tell the object besides. */
export const HEADERS = {
  /** Its `Scans`, as JSON. */
  scans: "x-test-scans",
  /** What is to be done instead of answering: to strand the rollout in the body, or to end. */
  order: "x-test-order",
} as const;

/** The platform asks for a class. */
export class ObjectUnderTest {
  readonly #state: DurableObjectState & { abort(reason: string): void };

  /** It opens at its first request, which tells the time. */
  #opened: { readonly object: DurableObject; readonly received: Received } | undefined;

  constructor(state: DurableObjectState & { abort(reason: string): void }) {
    this.#state = state;
  }

  async fetch(request: Request): Promise<Response> {
    switch (request.headers.get(HEADERS.order)) {
      case "end":
        this.#state.abort("The test ends it");
        break;
      case "strand":
        await strand(this.#state, await request.json());
        return new Response();
    }
    const { object, received } = this.#opened ??= open(this.#state, request);
    received.take(request);
    return received.give(await object.fetch(request));
  }

  async alarm(): Promise<void> {
    await this.#opened?.object.alarm();
  }
}

const open = (state: DurableObjectState, request: Request) => {
  const received = receiving(request);
  const { clock, log } = received;
  const scans: Scans = JSON.parse(request.headers.get(HEADERS.scans) ?? "{}");
  return { object: durableObject(state, { clock, log, ...scans }), received };
};

const strand = async ({ storage }: DurableObjectState, rollout: Rollout): Promise<void> => {
  const opened = await sqlite({ driver: durableObjectDriver(storage) })();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  await opened.right.insert([[{ rollout, attempt: null, queued: false, workers: [] }]]);
};
