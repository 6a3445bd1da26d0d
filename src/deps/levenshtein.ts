/** The distance between two words: the one place that names its version. */
export { closest, distance } from "npm:fastest-levenshtein@1.0.16";
