/**
 * What goes along with the requests to a served store, so that a test works with it as with one of
 * its own process: the test's time goes with each request, and what the store has logged since then
 * comes with each answer.
 */

import type { Clock, Log, LogEvent } from "../../mod.ts";

const TIME = "x-test-time";

const EVENTS = "x-test-events";

/** The test's end: a `fetch` that sends the time and passes on the log. */
export const sending = (
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  fetch: (request: Request) => Promise<Response> = globalThis.fetch,
): (request: Request) => Promise<Response> =>
async (request) => {
  request.headers.set(TIME, String(clock()));
  const answer = await fetch(request);
  const events: readonly LogEvent[] = JSON.parse(
    decodeURIComponent(answer.headers.get(EVENTS) ?? "[]"),
  );
  events.forEach(log);
  return answer;
};

/** The store's end. */
export interface Received {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes the time of a request. */
  readonly take: (request: Request) => void;
  /** Gives the log to an answer. */
  readonly give: (answer: Response) => Response;
}

/** Begins at the time of the first request. Requests may overtake each other; time stays. */
export const receiving = (first: Request): Received => {
  let time = -Infinity;
  const events: LogEvent[] = [];
  const take: Received["take"] = ({ headers }) => {
    time = Math.max(time, Number(headers.get(TIME)));
  };
  take(first);
  return {
    clock: () => time,
    log: (event) => void events.push(event),
    take,
    give: (answer) => {
      answer.headers.set(EVENTS, encodeURIComponent(JSON.stringify(events.splice(0))));
      return answer;
    },
  };
};
