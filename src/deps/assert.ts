/**
 * Assertions of Deno's standard library, by its npm build: the one place that names its version for
 * `src`. That build has no types, so each function gets its own here.
 */
import * as std from "npm:deno-std@1.4.0/assert/mod.js";

export const assert: (condition: unknown, message?: string) => asserts condition = std.assert;

export const assertEquals: (actual: unknown, expected: unknown, message?: string) => void =
  std.assertEquals;

export const assertNotEquals: (actual: unknown, expected: unknown, message?: string) => void =
  std.assertNotEquals;

export const assertMatch: (actual: string, expected: RegExp, message?: string) => void =
  std.assertMatch;

export const assertStringIncludes: (actual: string, expected: string, message?: string) => void =
  std.assertStringIncludes;
