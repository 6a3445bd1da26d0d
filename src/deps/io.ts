/** io-ts: the one place that names its version. */
export * as t from "npm:io-ts@2.2.22";
