/** The notebooks run in Deno's kernel, and show what they are meant to. */

import { assert, assertEquals } from "@std/assert";
import { run } from "../python_environment.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { freshCache, servedFiles } from "../url_import/served.ts";
import { execute } from "./jupyter.ts";
import { jupyterTest } from "./needs_jupyter.ts";
import {
  codeCells,
  FOLDER,
  type Notebook,
  NOTEBOOKS,
  type Output,
  readNotebook,
  textOf,
} from "./notebook.ts";
import { SHOWN, type Shown } from "./shown.ts";

const ROOT = new URL("../..", import.meta.url);

for (const name of NOTEBOOKS) {
  jupyterTest(`notebooks: ${name} runs, and shows what it is meant to`, async () => {
    await using desk = await temporaryFolder();
    const result = `${desk.path}/${name}.ipynb`;
    const cwd = FOLDER.pathname;
    await execute(`${cwd}${name}.ipynb`, result, { folder: desk.path, cwd });
    assertShows(await readNotebook(result), SHOWN[name]);
  });

  Deno.test(`notebooks: ${name} is kept without outputs`, async () => {
    const cells = codeCells(await readNotebook(new URL(`${name}.ipynb`, FOLDER)));
    assertEquals(
      cells.filter(({ execution_count, outputs }) =>
        execution_count !== null || outputs.length > 0
      ),
      [],
    );
  });
}

jupyterTest("notebooks: quickstart runs far from the repository, by URL", async () => {
  await using desk = await temporaryFolder();
  await using served = servedFiles();
  const local = await Deno.readTextFile(new URL("quickstart.ipynb", FOLDER));
  const [notebook, result] = [`${desk.path}/quickstart.ipynb`, `${desk.path}/result.ipynb`];
  await Deno.writeTextFile(notebook, local.replaceAll("../", `http://${served.host}/`));
  const cache = await freshCache(desk.path);
  await execute(notebook, result, { folder: desk.path, cwd: desk.path, cache });
  assertShows(await readNotebook(result), SHOWN.quickstart);
});

Deno.test("notebooks: the cells of each are one program, with types that fit", async () => {
  await using folder = await temporaryFolder();
  const programs = await Promise.all(NOTEBOOKS.map(async (name) => {
    const cells = codeCells(await readNotebook(new URL(`${name}.ipynb`, FOLDER)));
    const program = `${folder.path}/${name}.ts`;
    const code = cells.map(({ source }) => textOf(source)).join("\n\n");
    await Deno.writeTextFile(program, code.replaceAll('from "../', `from "${ROOT}`));
    return program;
  }));
  await run(Deno.execPath(), ["check", `--config=${ROOT.pathname}deno.json`, ...programs]);
});

/** Holds what each cell shows against what it is to show; a cell that is not named shows nothing. */
const assertShows = (notebook: Notebook, shown: Readonly<Record<string, readonly Shown[]>>) => {
  const cells = codeCells(notebook);
  const forms = cells.map(({ id, outputs }) => [id, outputs.map(formsOf)] as const);
  assertEquals(
    Object.fromEntries(forms.filter(([, outputs]) => outputs.length > 0)),
    Object.fromEntries(
      Object.entries(shown).map(([id, outputs]) => [id, outputs.map(({ forms }) => forms)]),
    ),
  );
  for (const { id, outputs } of cells) {
    for (const [i, output] of outputs.entries()) {
      for (const words of shown[id]?.[i]?.words ?? []) {
        assert(wordsOf(output).every((text) => text.includes(words)), `${id} lacks "${words}"`);
      }
    }
  }
};

const formsOf = (output: Output): readonly string[] =>
  "data" in output ? Object.keys(output.data).toSorted() : [output.name];

/** The text of each form that is text. */
const wordsOf = (output: Output): readonly string[] =>
  "data" in output
    ? Object.values(output.data).flatMap((form) => isLines(form) ? textOf(form) : [])
    : [textOf(output.text)];

const isLines = (form: unknown): form is string | readonly string[] =>
  typeof form === "string" || Array.isArray(form);
