/** A waterfall for a terminal. */

import { isReward, valueOf } from "./span_wording.ts";
import type { Branch } from "./span_tree.ts";
import { extentOf, type Timeline } from "./timeline.ts";
import { cut, oneLine } from "./wording.ts";

/** One line a span: its name, its bar, and how long it took. */
export const waterfallText = (
  tree: readonly Branch[],
  timeline: Timeline,
): readonly string[] =>
  tree.map(({ span, depth }) => {
    const indent = "  ".repeat(Math.min(depth, MOST_DEPTH));
    const label = cut(indent + oneLine(span.name), LABEL).padEnd(LABEL);
    const extent = extentOf(span, timeline);
    const at = Math.min(Math.floor((extent?.from ?? 0) * BARS), BARS - 1);
    const width = Math.max(Math.round((extent?.to ?? 0) * BARS) - at, 1);
    const sign = isReward(span) ? "◆" : (extent?.isOpen ? "░" : "█").repeat(width);
    return `${label}  ${(extent === null ? "" : " ".repeat(at) + sign).padEnd(BARS)}  ${
      oneLine(valueOf(span))
    }${span.status.status_code === "ERROR" ? " (error)" : ""}`;
  });

const LABEL = 32;
const BARS = 40;
const MOST_DEPTH = 8;
