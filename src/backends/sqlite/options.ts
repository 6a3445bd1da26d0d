/** What the SQLite backend can be told. */

import { E } from "../../deps/fp.ts";
import type { InvalidArgument } from "../../model/errors.ts";
import type { Numbers } from "../../model/numbers.ts";
import {
  BOOLEAN,
  functions,
  isName,
  judge,
  type Kind,
  NAME,
  NUMBERS,
  refuse,
} from "../../model/options.ts";
import type { SqliteDriver } from "./driver.ts";
import type { FileOptions } from "./file.ts";

/** Options of {@linkcode sqlite}. */
export interface SqliteOptions {
  /** The file, which is made if it is missing, or `:memory:`. */
  readonly path?: string;
  /** An engine that is open already, instead of a path. */
  readonly driver?: SqliteDriver;
  /** Whether others may write to the database of `driver`. Default: true. */
  readonly shared?: boolean;
  /**
   * `normal`: an acknowledged write survives a crash of the process. `full`: also a crash of the
   * machine, for one disk flush a transaction. Default: `normal`. Only with `path`.
   */
  readonly durability?: "normal" | "full";
  /**
   * How long to wait for another process's write lock, in seconds; the whole event loop waits, since
   * SQLite does. Default: 5. Only with `path`.
   */
  readonly busyTimeoutSeconds?: number;
  /** Stores of different partitions share a file and nothing else. Default: `default`. */
  readonly partition?: string;
  /** How numbers of opaque values come back; they are stored as they were written. Default: `double`. */
  readonly numbers?: Numbers;
}

/** Options with their defaults filled in: a driver, or how to open one. */
export type CheckedOptions =
  & { readonly partition: string; readonly shared: boolean; readonly numbers: Numbers }
  & ({ readonly driver: SqliteDriver } | { readonly open: FileOptions });

const KINDS: Readonly<Record<keyof SqliteOptions, Kind>> = {
  path: { is: isName, expected: "a file's path" },
  driver: functions("an SQLite engine", "exec", "prepare", "close"),
  shared: BOOLEAN,
  durability: {
    is: (value) => value === "normal" || value === "full",
    expected: '"normal" or "full"',
  },
  busyTimeoutSeconds: {
    is: (value) => typeof value === "number" && value >= 0 && value <= 86_400,
    expected: "seconds from 0 to 86,400",
  },
  partition: NAME,
  numbers: NUMBERS,
};

/** Fills in the defaults, or says which option cannot be used. */
export const checkOptions = (options: SqliteOptions): E.Either<InvalidArgument, CheckedOptions> => {
  const judged = judge(options, KINDS);
  if (E.isLeft(judged)) return judged;
  const {
    path,
    driver,
    shared = true,
    durability = "normal",
    busyTimeoutSeconds = 5,
    partition = "default",
    numbers = "double",
  } = options;
  if (driver !== undefined) {
    return path === undefined
      ? E.right({ driver, partition, shared, numbers })
      : refuse("path", "either a path or a driver", path);
  }
  if (path === undefined) return refuse("path", "a file's path", path);
  const open = { path, durability, busyTimeoutSeconds };
  return E.right({ open, partition, shared: path !== ":memory:", numbers });
};
