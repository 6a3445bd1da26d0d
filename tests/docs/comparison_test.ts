/** The cases of the contract that the comparison names are there, and say what its rows are about. */

import { assertEquals } from "@std/assert";
import { contractCases } from "../../src/testing/mod.ts";
import { pageAt } from "./pages.ts";

/** The cases of a row's last column: numbers that are no part of a link. */
const casesIn = (cell: string): readonly number[] =>
  cell.replaceAll(/\[.*?\]\(.*?\)/g, "").match(/\d+/g)?.map(Number) ?? [];

const marksIn = (text: string): readonly string[] => text.match(/[BK]-\d\d/g) ?? [];

const rows = pageAt("docs/comparison.md").tokens
  .flatMap((token) => token.type === "table" ? token.rows : [])
  .map((cells) => ({
    marks: marksIn(cells[0]?.text ?? ""),
    proof: cells.at(-1)?.text ?? "",
  }));

const sentences = new Map(contractCases.map(({ number, sentence }) => [number, sentence]));

Deno.test("docs: each row of the comparison has a mark and a proof, by a case that there is", () => {
  const wrong = rows.filter(({ marks, proof }) =>
    marks.length === 0 || proof === "" || casesIn(proof).some((number) => !sentences.has(number))
  );
  assertEquals(wrong, []);
});

Deno.test("docs: the comparison names each case of the contract that has a mark, in the mark's row", () => {
  const missing = [...sentences].flatMap(([number, sentence]) =>
    marksIn(sentence)
      .filter((mark) =>
        !rows.some(({ marks, proof }) => marks.includes(mark) && casesIn(proof).includes(number))
      )
      .map((mark) => `${mark}: ${number}`)
  );
  assertEquals(missing, []);
});
