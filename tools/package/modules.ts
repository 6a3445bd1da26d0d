/** What differs between the modules that `deno pack` compiles and those of the npm package. */

/** The service, which speaks Deno's own API. */
export const NOT_FOR_NPM: readonly string[] = ["main.js", "main.d.ts", "src/cli"];

/**
 * Packages with two builds and no conditions of their own: Node loads only the one of CommonJS,
 * bundlers leave out unused code only of the other.
 */
const TWO_BUILDS = ["fp-ts", "retry-ts"];

/** The conditions for them; Node's name for this part of `package.json` is "subpath imports". */
export const IMPORTS: Readonly<Record<string, unknown>> = Object.fromEntries(
  TWO_BUILDS.map((name) => [
    `#${name}/*`,
    { node: `${name}/lib/*`, default: `${name}/es6/*` },
  ]),
);

/** A module of `src/deps`, or its types, for npm. */
export const rewritten = (text: string): string =>
  text
    .replace(new RegExp(`"(${TWO_BUILDS.join("|")})/lib/`, "g"), '"#$1/')
    // Where the peer is not installed, TypeScript then takes its types for `any`, and goes on.
    .replace(/(?:import|export) type .* from "mongodb";/g, "\n// @ts-ignore: an optional peer\n$&");
