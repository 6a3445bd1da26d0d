/** Notebooks as they are in their files. */

/** The notebooks of this repository. */
export const NOTEBOOKS = [
  "quickstart",
  "compare_prompts",
  "store_file",
  "compare_backends",
] as const;

/** Where they are. */
export const FOLDER = new URL("../../notebooks/", import.meta.url);

/** A notebook; the part of it that is used here. */
export interface Notebook {
  readonly cells: readonly Cell[];
}

/** A cell of text or of code. */
export type Cell =
  & { readonly id: string; readonly source: Lines }
  & (
    | { readonly cell_type: "markdown" }
    | {
      readonly cell_type: "code";
      readonly execution_count: number | null;
      readonly outputs: readonly Output[];
    }
  );

/** A cell of code. */
export type CodeCell = Extract<Cell, { readonly cell_type: "code" }>;

/** What a cell shows, in several forms, or what it prints. */
export type Output =
  | { readonly data: Readonly<Record<string, Lines | object>> }
  | { readonly name: "stdout" | "stderr"; readonly text: Lines };

/** Text, as lines that keep their ends or whole. */
export type Lines = string | readonly string[];

/** The notebook of a file. */
export const readNotebook = async (path: string | URL): Promise<Notebook> =>
  JSON.parse(await Deno.readTextFile(path));

/** The cells of code. */
export const codeCells = ({ cells }: Notebook): readonly CodeCell[] =>
  cells.filter((cell) => cell.cell_type === "code");

/** Lines as one text. */
export const textOf = (lines: Lines): string => typeof lines === "string" ? lines : lines.join("");
