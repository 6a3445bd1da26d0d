/** Takes a command line apart: which flags stand there, and what stands behind each. */

import { parseArgs } from "node:util";
import { E } from "../deps/fp.ts";
import { closest, distance } from "../deps/levenshtein.ts";
import { describe } from "../model/codec.ts";
import { type Flag, type FlagName, FLAGS } from "./flags.ts";

/** What stands behind each flag that is there. */
export type Given = ReadonlyMap<FlagName, readonly string[]>;

/** A command line. */
export interface Arguments {
  readonly given: Given;
  /** What belongs to no flag. */
  readonly words: readonly string[];
}

/** The arguments, or a sentence on each one that cannot be. */
export const readArguments = (
  args: readonly string[],
): E.Either<readonly string[], Arguments> => {
  const given = new Map<FlagName, readonly string[]>();
  const add = (flag: FlagName, text: string) => given.set(flag, [...given.get(flag) ?? [], text]);
  const words: string[] = [];
  const wrong: string[] = [];
  /** The flag that takes the words that follow. */
  let open: FlagName | null = null;
  for (const token of tokensOf(args)) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (open === null) words.push(token.value);
      else add(open, token.value);
      continue;
    }
    const flag = flagOf(token);
    open = E.isRight(flag) && isSeveral(flag.right) ? flag.right : null;
    if (E.isLeft(flag)) wrong.push(flag.left);
    else add(flag.right, token.value ?? "");
  }
  return wrong.length > 0 ? E.left(wrong) : E.right({ given, words });
};

interface FlagToken {
  readonly name: string;
  /** As it is written. */
  readonly rawName: string;
  readonly value?: string | undefined;
  /** Whether an equals sign stands before the value. */
  readonly inlineValue?: boolean | undefined;
}

/** The flag of a token, if its value can be one. */
const flagOf = ({ name, rawName, value, inlineValue }: FlagToken): E.Either<string, FlagName> => {
  if (!isFlag(name)) {
    const meant = suggestion(name, Object.keys(FLAGS), "--");
    return E.left(`${rawName}: there is no such flag${meant}`);
  }
  const { placeholder } = FLAGS[name];
  // What looks like a flag is none of the value, unless an equals sign says so.
  const has = value !== undefined && (inlineValue === true || !value.startsWith("-"));
  return has === (placeholder !== null)
    ? E.right(name)
    : E.left(`${rawName}: expected ${placeholder ?? "nothing"} behind it, got ${describe(value)}`);
};

/** What somebody may have meant, as the end of a sentence. */
export const suggestion = (name: string, known: readonly string[], dashes = ""): string => {
  const begun = known.filter((it) => name !== "" && it.startsWith(name));
  const nearest = closest(name, [...known]);
  const meant = begun.length === 1 ? begun[0] : distance(name, nearest) <= 2 ? nearest : undefined;
  return meant === undefined ? "" : `; did you mean ${dashes}${meant}?`;
};

/** It judges nothing: its words on what is wrong are those of an exception. */
const tokensOf = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...Object.fromEntries(
        Object.entries(FLAGS).map(([name, { placeholder }]) => [
          name,
          { type: placeholder === null ? "boolean" as const : "string" as const, multiple: true },
        ]),
      ),
      help: { type: "boolean", short: "h", multiple: true },
    },
  }).tokens;

const isFlag = (name: string): name is FlagName => Object.hasOwn(FLAGS, name);

const isSeveral = (name: FlagName): boolean => {
  const flag: Flag<unknown> = FLAGS[name];
  return flag.several === true;
};
