/** What an attempt did, and when: its spans as bars over time. */

import { ticks } from "../deps/ticks.ts";
import type { Span } from "../model/span.ts";
import { type Markup, markup } from "./markup.ts";
import { type Drawing, drawingOf } from "./picture.ts";
import { isReward, titleOf, valueOf } from "./span_wording.ts";
import { type Branch, treeOf } from "./span_tree.ts";
import { COLOR, FONT } from "./style.ts";
import { type Extent, extentOf, placeOf, type Timeline, timelineOf } from "./timeline.ts";
import { waterfallText } from "./waterfall_text.ts";
import { count, cut, duration } from "./wording.ts";

/** What a waterfall may be told besides its spans. An attempt fits. */
export interface WaterfallOptions {
  /** When the attempt began, in seconds since the epoch. Default: when its first span did. */
  readonly start_time?: number;
  /** How many spans there are, of which these are the first. Default: as many as these. */
  readonly total?: number;
}

/**
 * A waterfall of spans: nested by their parents, with bars from start to end, errors in red, events
 * as ticks and rewards as diamonds with their values. The bar of a span that has not ended is
 * hollow. No more than 200 spans are drawn.
 *
 * @example
 * ```ts
 * import { attributesOfRewards, virtualSpan } from "@lightning/store";
 * import { waterfall } from "@lightning/store/display";
 *
 * const attributes = attributesOfRewards([{ name: "accuracy", value: 0.5 }]);
 * const span = virtualSpan({ attributes }, () => crypto.randomUUID());
 * console.log(waterfall([span]).text);
 * ```
 */
export const waterfall = (
  spans: readonly Span[],
  options: WaterfallOptions = {},
): Drawing => {
  const { start_time, total = spans.length } = options;
  const tree = treeOf(spans).slice(0, MOST_SPANS);
  const timeline = timelineOf(tree.map(({ span }) => span), start_time ?? null);
  const hidden = total - tree.length;
  const note = hidden > 0 ? `${count(hidden)} more spans` : null;
  return drawingOf(
    [waterfallText(tree, timeline), note ?? []].flat().join("\n"),
    String(svg(tree, timeline, note)),
  );
};

const MOST_SPANS = 200;

/** In pixels: the rows, and within them a label, the bars and a value. */
const TOP = 26;
const ROW = 22;
const LABEL = 260;
const BARS = 560;
const VALUE = 140;
const WIDTH = LABEL + BARS + VALUE;

/** As many letters as fit into a label, and as many pixels as a letter takes. */
const LETTER = 6.6;
const INDENT = 14;
const MOST_INDENT = 120;

const svg = (tree: readonly Branch[], timeline: Timeline, note: string | null): Markup => {
  const bottom = TOP + ROW * tree.length;
  const height = bottom + (note === null ? 4 : ROW);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}" font-size="12" fill="currentColor">
${axis(timeline, bottom)}
${tree.map((branch, i) => row(branch, TOP + ROW * i, timeline))}
${note === null ? null : markup`<text x="4" y="${bottom + 15}" opacity="0.65">${note}</text>`}
</svg>`;
};

const axis = (timeline: Timeline, bottom: number): Markup =>
  markup`<g>${
    ticks(0, timeline.seconds, 6).map((seconds) => {
      const x = across(seconds / timeline.seconds);
      return markup`<line x1="${x}" x2="${x}" y1="${
        TOP - 4
      }" y2="${bottom}" stroke="currentColor" stroke-opacity="0.15"/>
<text x="${x}" y="${TOP - 10}" font-size="11" text-anchor="middle" opacity="0.65">${
        duration(seconds)
      }</text>\n`;
    })
  }</g>`;

const row = ({ span, depth }: Branch, top: number, timeline: Timeline): Markup => {
  const indent = Math.min(depth * INDENT, MOST_INDENT);
  const middle = top + ROW / 2;
  const extent = extentOf(span, timeline);
  return markup`<g><title>${titleOf(span)}</title>
<rect x="0" y="${top}" width="${WIDTH}" height="${ROW}" fill-opacity="0"/>
<text x="${4 + indent}" y="${middle + 4}">${
    cut(span.name, Math.floor((LABEL - 16 - indent) / LETTER))
  }</text>
${extent === null ? null : isReward(span) ? diamond(extent, middle) : bar(span, extent, middle)}
${
    span.events.flatMap(({ timestamp }) =>
      timestamp == null ? [] : tick(across(placeOf(timestamp, timeline)), middle)
    )
  }
<text x="${WIDTH - 4}" y="${middle + 4}" text-anchor="end" opacity="0.8">${
    cut(valueOf(span), Math.floor((VALUE - 16) / LETTER))
  }</text></g>\n`;
};

const bar = ({ status }: Span, { from, to, isOpen }: Extent, middle: number): Markup => {
  const color = COLOR[status.status_code === "ERROR" ? "bad" : "busy"];
  const width = round(Math.max((to - from) * BARS, LEAST_WIDTH));
  const fill = isOpen
    ? markup`fill-opacity="0.2" stroke-dasharray="4 3"`
    : markup`fill-opacity="1"`;
  return markup`<rect x="${across(from)}" y="${
    middle - 5
  }" width="${width}" height="10" rx="2" fill="${color}" stroke="${color}" ${fill}/>`;
};

const diamond = ({ from }: Extent, middle: number): Markup =>
  markup`<path d="M${across(from)} ${middle - 6}l6 6l-6 6l-6 -6z" fill="${COLOR.odd}"/>`;

const tick = (x: number, middle: number): Markup =>
  markup`<line x1="${x}" x2="${x}" y1="${middle - 8}" y2="${
    middle + 8
  }" stroke="currentColor" stroke-width="1.5"/>`;

/** A bar that no time passes in can still be seen. */
const LEAST_WIDTH = 1;

const across = (place: number): number => round(LABEL + place * BARS);

const round = (pixels: number): number => Math.round(pixels * 100) / 100;
