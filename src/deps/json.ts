/** A parser of JSON that leaves numbers to its caller: the one place that names its version. */
export { parse } from "npm:json-custom-numbers@3.1.1";
