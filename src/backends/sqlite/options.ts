/** What the SQLite backend can be told. */

import { E } from "../../deps/fp.ts";
import { describe, isObject, Text } from "../../model/codec.ts";
import { type InvalidArgument, invalidArgument } from "../../model/errors.ts";
import { isNumbers, type Numbers } from "../../model/numbers.ts";
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

/** Fills in the defaults, or says which option cannot be used. */
export const checkOptions = (options: SqliteOptions): E.Either<InvalidArgument, CheckedOptions> => {
  const given: unknown = options;
  if (!isObject(given)) return refuse("options", "an object", given);
  const {
    path,
    driver,
    shared = true,
    durability = "normal",
    busyTimeoutSeconds = 5,
    partition = "default",
    numbers = "double",
  } = options;
  if (!isName(partition)) return refuse("partition", "a name", partition);
  if (typeof shared !== "boolean") return refuse("shared", "a boolean", shared);
  if (!isNumbers(numbers)) return refuse("numbers", '"double" or "exact"', numbers);
  if (driver !== undefined) {
    return path !== undefined
      ? refuse("path", "either a path or a driver", path)
      : isDriver(driver)
      ? E.right({ driver, partition, shared, numbers })
      : refuse("driver", "an SQLite engine with exec, prepare and close", driver);
  }
  if (!isName(path)) return refuse("path", "a file's path", path);
  if (durability !== "normal" && durability !== "full") {
    return refuse("durability", '"normal" or "full"', durability);
  }
  if (
    typeof busyTimeoutSeconds !== "number" ||
    !(busyTimeoutSeconds >= 0 && busyTimeoutSeconds <= 86_400)
  ) {
    return refuse("busyTimeoutSeconds", "seconds from 0 to 86,400", busyTimeoutSeconds);
  }
  const open = { path, durability, busyTimeoutSeconds };
  return E.right({ open, partition, shared: path !== ":memory:", numbers });
};

const isName = (text: unknown): text is string => Text.is(text) && text !== "";

const isDriver = (driver: unknown): boolean =>
  typeof driver === "object" && driver !== null &&
  ["exec", "prepare", "close"].every((name) => typeof Reflect.get(driver, name) === "function");

const refuse = (argument: string, expected: string, actual: unknown) =>
  E.left(invalidArgument(argument, `expected ${expected}, got ${describe(actual)}`));
