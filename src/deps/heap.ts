/** The binary heap of the memory backend's deadlines: the one place that names its version. */
export { default as Heap } from "npm:tinyqueue@3.0.0";
