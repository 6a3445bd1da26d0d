/** Tables: of many records, one a row, and of one record, one field a row. */

import { type Markup, markup } from "./markup.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { COLOR, type Tone } from "./style.ts";
import { clip, count, oneLine } from "./wording.ts";

/** What stands in a cell. */
export interface Cell {
  readonly text: string;
  /** The color of a dot before the text. */
  readonly tone?: Tone;
  /** It keeps its spaces and line breaks. */
  readonly isCode?: true;
}

/** A field of a record. */
export interface Column<A> {
  readonly name: string;
  readonly cell: (record: A) => Cell | string | null;
  /** It is told where a record stands alone. */
  readonly isDetail?: true;
}

/** The most rows of a table. */
const MOST_ROWS = 200;

/** As much as a cell holds among others, and as much as it holds alone, in characters. */
const BESIDE_OTHERS = 100;
const ALONE = 4_000;

/** As many characters of a cell are kept on one line. */
const ONE_LINE = 32;

/** The table of many records, of which these are the first; fields that none of them has are left out. */
export const listTable = <A>(
  title: string,
  columns: readonly Column<A>[],
  records: readonly A[],
  total: number,
): Picture => {
  const shown = records.slice(0, MOST_ROWS);
  const filled = columns
    .filter(({ isDetail }) => isDetail === undefined)
    .map(({ name, cell }) => ({ name, cells: shown.map((it) => cellOf(cell(it), BESIDE_OTHERS)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== null));
  const caption = `${title}: ${
    shown.length < total ? `${count(shown.length)} of ${count(total)}` : count(total)
  }`;
  const rows = shown.map((_, i) => filled.map(({ cells }) => cells[i] ?? null));
  const names = filled.map(({ name }) => name);
  return pictureOf(
    aligned(caption, [names, ...rows.map((row) => row.map((cell) => cell?.text ?? "-"))]),
    markup`<table><caption>${caption}</caption>
<thead><tr>${names.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map(data)}</tr>\n`)}</tbody></table>`,
  );
};

/** The table of one record; fields that it does not have are left out. */
export const recordTable = <A>(
  title: string,
  columns: readonly Column<A>[],
  record: A,
): Picture => {
  const rows = columns.flatMap(({ name, cell }) => {
    const value = cellOf(cell(record), ALONE);
    return value === null ? [] : [{ name, value }];
  });
  return pictureOf(
    aligned(title, rows.map(({ name, value }) => [name, value.text])),
    markup`<table><caption>${title}</caption>
<tbody>${
      rows.map(({ name, value }) => markup`<tr><th scope="row">${name}</th>${data(value)}</tr>\n`)
    }</tbody></table>`,
  );
};

const cellOf = (content: Cell | string | null, most: number): Cell | null => {
  if (content === null) return null;
  const cell = typeof content === "string" ? { text: content } : content;
  return { ...cell, text: clip(cell.text, most) };
};

const data = (cell: Cell | null): Markup => {
  if (cell === null) return markup`<td class="note">–</td>`;
  const { text, tone, isCode } = cell;
  if (isCode) return markup`<td><pre>${text}</pre></td>`;
  const mark = tone === undefined ? null : dot(tone);
  return markup`<td class="${text.length <= ONE_LINE ? "short" : "long"}">${mark}${text}</td>`;
};

/** The dot of a tone, for what stands beside it. */
export const dot = (tone: Tone): Markup => markup`<span style="color:${COLOR[tone]}">●</span> `;

/** Rows below a title, each cell as wide as the widest of its column. */
const aligned = (title: string, rows: readonly (readonly string[])[]): string => {
  const lines = rows.map((row) => row.map(oneLine));
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return [
    title,
    ...lines.map((line) =>
      line.map((cell, i) => cell.padEnd(widths?.[i] ?? 0)).join("  ").trimEnd()
    ),
  ].join("\n");
};
