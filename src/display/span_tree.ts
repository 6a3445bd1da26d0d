/** Spans in the order and at the depth in which a waterfall has them. */

import { groupBy } from "../deps/grouping.ts";
import type { Span } from "../model/span.ts";

/** A span and the number of its ancestors. */
export interface Branch {
  readonly span: Span;
  readonly depth: number;
}

/**
 * Each span once, below its parent and in order of time. A span whose parent is not here, or is in
 * another attempt, is a root; of spans that are each other's ancestors, the first one is.
 */
export const treeOf = (spans: readonly Span[]): readonly Branch[] => {
  const ordered = spans.toSorted(byTime);
  const known = new Set(ordered.map((span) => keyOf(span, span.span_id)));
  const families = groupBy(ordered, (span) => {
    const parent = keyOf(span, span.parent_id ?? "");
    return known.has(parent) ? parent : ROOTS;
  });

  const tree: Branch[] = [];
  const seen = new Set<Span>();
  for (const root of [...families.get(ROOTS) ?? [], ...ordered]) {
    const open: Branch[] = [{ span: root, depth: 0 }];
    for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
      const { span, depth } = branch;
      if (seen.has(span)) continue;
      seen.add(span);
      tree.push(branch);
      const children = families.get(keyOf(span, span.span_id)) ?? [];
      for (const child of children.toReversed()) open.push({ span: child, depth: depth + 1 });
    }
  }
  return tree;
};

/** No key is like this one. */
const ROOTS = "";

const keyOf = ({ rollout_id, attempt_id }: Span, span_id: string): string =>
  JSON.stringify([rollout_id, attempt_id, span_id]);

const byTime = (a: Span, b: Span): number =>
  (a.start_time ?? Infinity) === (b.start_time ?? Infinity)
    ? a.sequence_id - b.sequence_id
    : (a.start_time ?? Infinity) - (b.start_time ?? Infinity);
