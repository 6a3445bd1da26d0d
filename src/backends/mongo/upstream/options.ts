/** What an import can be told. */

import { E } from "../../../deps/fp.ts";
import type { InvalidArgument } from "../../../model/errors.ts";
import {
  BOOLEAN,
  FUNCTION,
  integer,
  judge,
  type Kind,
  OBJECT,
  refuse,
  SIGNAL,
} from "../../../model/options.ts";
import { type CheckedOptions, checkOptions, type MongoOptions } from "../options.ts";
import type { ImportReport } from "./report.ts";

/** Where agent-lightning's store is. It is only read. */
export interface UpstreamSource extends Pick<MongoOptions, "uri" | "client" | "driver"> {
  /** The database. Default: the one that the address names, else `agentlightning`. */
  readonly database?: string;
  /** Upstream's `partition_id`. */
  readonly partition: string;
}

/** Options of {@linkcode importUpstream}. */
export interface ImportOptions {
  /** What to import. */
  readonly source: UpstreamSource;
  /** Where to; as for {@linkcode mongo}. The default partition is the source's. */
  readonly target: MongoOptions;
  /** Reads and checks everything and writes nothing. Default: false. */
  readonly dryRun?: boolean;
  /** How many documents are read, and written, at once. Default: 1000. */
  readonly batchSize?: number;
  /** Takes the counts so far, after each batch. */
  readonly onProgress?: (report: ImportReport) => void;
  /** Ends the import between two batches with `Aborted`; it can be started again. */
  readonly signal?: AbortSignal;
}

/** Options with their defaults filled in. */
export interface CheckedImport {
  readonly source: CheckedOptions;
  readonly target: CheckedOptions;
  readonly dryRun: boolean;
  readonly batchSize: number;
  readonly onProgress: (report: ImportReport) => void;
  readonly signal: AbortSignal | null;
}

const DEFAULT_BATCH = 1000;

/** What a server takes in one command. */
const LARGEST_BATCH = 100_000;

const KINDS: Readonly<Record<keyof ImportOptions, Kind>> = {
  source: OBJECT,
  target: OBJECT,
  dryRun: BOOLEAN,
  batchSize: integer(1, LARGEST_BATCH),
  onProgress: FUNCTION,
  signal: SIGNAL,
};

/** Fills in the defaults, or says which option cannot be used. */
export const checkImport = (options: ImportOptions): E.Either<InvalidArgument, CheckedImport> => {
  const judged = judge(options, KINDS);
  if (E.isLeft(judged)) return judged;
  for (const name of ["source", "target"] as const) {
    if (options[name] === undefined) return refuse(name, OBJECT.expected, undefined);
  }
  const { batchSize = DEFAULT_BATCH, dryRun = false, onProgress = () => {}, signal } = options;
  // A store makes itself a new partition where it is given none; nobody can have written to that.
  if (options.source.partition === undefined) {
    return refuse("source.partition", "a name", undefined);
  }
  const source = checkOptions(options.source);
  if (E.isLeft(source)) return E.left(within("source", source.left));
  const target = checkOptions({ partition: options.source.partition, ...options.target });
  if (E.isLeft(target)) return E.left(within("target", target.left));
  return E.right({
    source: source.right,
    target: target.right,
    dryRun,
    batchSize,
    onProgress,
    signal: signal ?? null,
  });
};

/** The fault of an option of one of the two stores. */
const within = (
  store: "source" | "target",
  { argument, message, ...rest }: InvalidArgument,
): InvalidArgument => ({
  ...rest,
  argument: `${store}.${argument}`,
  message: `${store}.${message}`,
});
