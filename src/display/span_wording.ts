/** What a waterfall says of a span in words. */

import { rewardsOf } from "../core/rewards.ts";
import type { Span } from "../model/span.ts";
import { between, cut, measure, moment, payload } from "./wording.ts";

/** Whether a span tells a reward. */
export const isReward = (span: Span): boolean => rewardsOf(span).length > 0;

/** Its rewards, or how long it took. */
export const valueOf = (span: Span): string => {
  const rewards = rewardsOf(span);
  if (rewards.length > 0) {
    return cut(rewards.map(({ name, value }) => `${name} ${measure(value)}`).join(", "), LONGEST);
  }
  if (span.start_time === null) return "no start";
  return between(span.start_time, span.end_time) ?? "not ended";
};

/** All that a reader may ask of it, one thing a line. */
export const titleOf = (span: Span): string =>
  [
    cut(span.name, LONGEST),
    valueOf(span),
    cut(`${span.status.status_code} ${span.status.description ?? ""}`.trim(), LONGEST),
    span.start_time === null ? [] : moment(span.start_time),
    Object.entries(span.attributes).slice(0, MOST).map(([key, value]) =>
      cut(`${key}: ${payload(value)}`, LONGEST)
    ),
    span.events.slice(0, MOST).map(({ name }) => cut(`event ${name}`, LONGEST)),
  ].flat().join("\n");

/** As many attributes and events as are told, and as many characters of each. */
const MOST = 16;
const LONGEST = 160;
