/** Where spans stand in time: in seconds from the first of them, and in parts of the whole. */

import type { Span } from "../model/span.ts";

/** The time that a waterfall covers. */
export interface Timeline {
  /** The moment from which times count, in seconds since the epoch. */
  readonly start: number;
  /** How long the whole takes, in seconds; above 0. */
  readonly seconds: number;
}

/** From the start of the attempt, or of a span that is even earlier, to the last sign of life. */
export const timelineOf = (spans: readonly Span[], attemptStart: number | null): Timeline => {
  const moments = spans.flatMap(({ start_time, end_time, events }) => [
    start_time,
    end_time,
    ...events.map(({ timestamp }) => timestamp ?? null),
  ]).concat(attemptStart).filter((moment) => moment !== null);
  const first = moments.reduce((a, b) => Math.min(a, b), Infinity);
  const last = moments.reduce((a, b) => Math.max(a, b), -Infinity);
  return last > first
    ? { start: first, seconds: Math.min(last - first, Number.MAX_VALUE) }
    : { start: Number.isFinite(first) ? first : 0, seconds: LEAST };
};

/** The length of a timeline on which nothing takes time, in seconds. */
const LEAST = 1e-3;

/** A moment's place on the timeline: 0 at its start, 1 at its end. */
export const placeOf = (moment: number, { start, seconds }: Timeline): number =>
  Math.min((moment - start) / seconds, 1);

/** A span's place on the timeline. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  /** It has not ended, and is drawn as if it still ran. */
  readonly isOpen: boolean;
}

/** From the span's start to its end; null for a span that has no start. */
export const extentOf = (
  { start_time, end_time }: Pick<Span, "start_time" | "end_time">,
  timeline: Timeline,
): Extent | null => {
  if (start_time === null) return null;
  const from = placeOf(start_time, timeline);
  return end_time === null
    ? { from, to: 1, isOpen: true }
    : { from, to: Math.max(from, placeOf(end_time, timeline)), isOpen: false };
};
