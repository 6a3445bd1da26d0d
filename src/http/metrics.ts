/**
 * Metrics in the text format of Prometheus. Source: http-api.md, section 4.2.
 *
 * The clients that are well kept need Node's modules, and this runs wherever `fetch` does.
 */

import type { RolloutState } from "../core/record.ts";

/**
 * What is measured: requests, operations of a store, and rollouts that have come to their end. Each has
 * a counter `…_total`, and a histogram of how long it takes with the same labels.
 */
export type Subject = "agl_http" | "agl_store" | "agl_rollouts";

/** The labels of one series, always in the same order for a subject. */
export type Labels = Readonly<Record<string, string>>;

/** Takes how long something took, in seconds. */
export type Observe = (subject: Subject, labels: Labels, seconds: number) => void;

/** What has been observed. */
export interface Metrics {
  /** Takes how long something took. */
  readonly observe: Observe;
  /** Takes a rollout that has come to its end: what a store may be given as `onFinish`. */
  readonly finished: (rollout: RolloutState) => void;
  /** All of it, for a scraper. */
  readonly text: () => string;
}

/** The type of the text. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Makes metrics that have observed nothing.
 *
 * @example
 * ```ts
 * import { createStore, httpApp, memory, newMetrics } from "@lightning/store";
 *
 * const metrics = newMetrics();
 * const store = createStore(memory(), { onFinish: metrics.finished });
 * const app = httpApp(store, { metrics });
 * const answer = await app(new Request("http://localhost/v1/prometheus"));
 * console.log(await answer.text()); // # HELP agl_http_total counter …
 * ```
 */
export const newMetrics = (): Metrics => {
  const series: Readonly<Record<Subject, Map<string, Series>>> = {
    agl_http: new Map(),
    agl_store: new Map(),
    agl_rollouts: new Map(),
  };
  const observe: Observe = (subject, labels, seconds) => {
    const known = seriesIn(series[subject], labels);
    const bucket = BUCKETS.findIndex((most) => seconds <= most);
    const slot = bucket < 0 ? BUCKETS.length : bucket;
    known.counts[slot] = (known.counts[slot] ?? 0) + 1;
    known.sum += seconds;
  };
  return {
    observe,
    finished: ({ status, mode, start_time, end_time }) =>
      observe(
        "agl_rollouts",
        { status, mode: mode ?? "unknown" },
        (end_time ?? start_time) - start_time,
      ),
    text: () =>
      [
        ...textOf("agl_http", "latency", series.agl_http),
        ...textOf("agl_store", "latency", series.agl_store),
        ...textOf("agl_rollouts", "duration", series.agl_rollouts),
      ].map((line) => `${line}\n`).join(""),
  };
};

interface Series {
  /** Its labels as text. */
  readonly labels: string;
  sum: number;
  /** How many fell into each bucket, and at last above all of them. */
  readonly counts: number[];
}

/** The series of these labels, which is found by their values alone: to write the text takes longer. */
const seriesIn = (all: Map<string, Series>, labels: Labels): Series => {
  let key = "";
  for (const name in labels) key += `${labels[name]}\n`;
  let known = all.get(key);
  if (known === undefined) {
    known = { labels: written(labels), sum: 0, counts: new Array(SLOTS).fill(0) };
    all.set(key, known);
  }
  return known;
};

/** The upper ends of the buckets, in seconds. */
// deno-fmt-ignore
const BUCKETS: readonly number[] = [
  1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4,
  0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07,
  0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 3, 5, 7, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90,
  120, 180, 240, 300,
];

const SLOTS = BUCKETS.length + 1;

const textOf = (
  subject: Subject,
  howLong: string,
  series: ReadonlyMap<string, Series>,
): readonly string[] => [
  ...headOf(`${subject}_total`, "counter"),
  ...[...series.values()].map(({ labels, counts }) =>
    `${subject}_total{${labels}} ${sumOf(counts)}`
  ),
  ...headOf(`${subject}_${howLong}`, "histogram"),
  ...[...series.values()].flatMap((it) => histogramOf(`${subject}_${howLong}`, it)),
];

const headOf = (name: string, type: string): readonly string[] => [
  `# HELP ${name} ${type} ${name.replaceAll("_", ".")}`,
  `# TYPE ${name} ${type}`,
];

const histogramOf = (name: string, { labels, sum, counts }: Series): readonly string[] => {
  const ends = [...BUCKETS.map(String), "+Inf"];
  return [
    ...ends.map((end, i) =>
      `${name}_bucket{${labels},le="${end}"} ${sumOf(counts.slice(0, i + 1))}`
    ),
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${sumOf(counts)}`,
  ];
};

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const written = (labels: Labels): string =>
  Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(",");

const escaped = (value: string): string =>
  value.replace(/[\\"\n]/g, (mark) => mark === "\n" ? "\\n" : `\\${mark}`);
