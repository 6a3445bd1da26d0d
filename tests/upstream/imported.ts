/** Imports as tests want them: from and to an address, with the report or a failure. */

import {
  type ImportOptions,
  type ImportReport,
  importUpstream,
  type KindReport,
} from "../../mod.ts";
import { KINDS, PARTITION } from "./planted.ts";

/** The options of an import of what was planted, to the partition of the same name. */
export const importing = (
  source: string,
  target: string,
  options: Partial<ImportOptions> = {},
): ImportOptions => ({
  source: { uri: source, partition: PARTITION },
  target: { uri: target },
  ...options,
});

/** Imports; throws why it does not. */
export const imported = async (
  ...options: Parameters<typeof importing>
): Promise<ImportReport> => {
  const outcome = await importUpstream(importing(...options))();
  if (outcome._tag === "Left") throw new Error(outcome.left.message);
  return outcome.right;
};

/** A count of each kind. */
export const countsOf = (
  report: ImportReport,
  count: (kind: KindReport) => number,
): Readonly<Record<string, number>> =>
  Object.fromEntries(KINDS.map((kind) => [kind, count(report[kind])]));
