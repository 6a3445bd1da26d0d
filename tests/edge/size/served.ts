/** The same with the HTTP face, which takes OTLP traces too. */

export * from "./core.ts";
export { httpApp } from "../../../src/http/app.ts";
