/** Durations and sizes in words for people: the one place that names their versions. */
export { default as prettyBytes } from "npm:pretty-bytes@7.2.0";
export { default as prettyMilliseconds } from "npm:pretty-ms@9.3.0";
