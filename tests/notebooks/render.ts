/**
 * Runs the notebooks and renders each as a page and a picture, in the folder that is given or in a
 * temporary one.
 */

import { loaded, noBrowser, photographed } from "../display/chromium.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { execute, writePage } from "./jupyter.ts";
import { FOLDER, NOTEBOOKS } from "./notebook.ts";

/** In pixels. */
const WIDTH = 1_100;

const render = async (name: string, folder: string): Promise<void> => {
  await using desk = await temporaryFolder();
  const result = `${folder}/${name}.ipynb`;
  const cwd = FOLDER.pathname;
  await execute(`${cwd}${name}.ipynb`, result, { folder: desk.path, cwd });
  await writePage(result);
  const page = `${folder}/${name}.html`;
  await photographed(`file://${page}`, `${folder}/${name}.png`, {
    width: WIDTH,
    height: await heightOf(await Deno.readTextFile(page)),
  });
  console.log(`${folder}/${name}.png`);
};

/** How high a page is, in pixels: it is asked to say so itself. */
const heightOf = async (page: string): Promise<number> => {
  const asked = await loaded("page.html", page + TELL_HEIGHT);
  return Number(/<title>height (\d+)/.exec(asked)?.[1]);
};

const TELL_HEIGHT = `<script>
document.body.style.width = "${WIDTH}px";
document.title = "height " + document.documentElement.scrollHeight;
</script>`;

const missing = noBrowser();
if (missing !== null) {
  console.error(missing);
  Deno.exit(1);
}
const given = Deno.args[0] ?? await Deno.makeTempDir();
await Deno.mkdir(given, { recursive: true });
const folder = await Deno.realPath(given);
for (const name of NOTEBOOKS) await render(name, folder);
