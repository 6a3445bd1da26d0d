/** Figures as people read them. */

/** The rows of a table; the first column is the widest. */
export const table = (rows: readonly (readonly string[])[]): string =>
  rows.map(([name = "", ...columns]) =>
    `${name.padEnd(36)}${columns.map((column) => column.padStart(14)).join("")}`
  ).join("\n");

/** A rate, with its thousands apart. */
export const grouped = (rate: number): string => Math.round(rate).toLocaleString("en");
