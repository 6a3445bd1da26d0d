/** A browser without a window, for tests that need one. */

import { needing, type Register } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** The browser: the one that the environment names, else one on the path. */
const browser = (): string | null =>
  Deno.env.get("LIGHTNING_CHROMIUM") || onPath().find(isFile) || null;

const onPath = (): readonly string[] =>
  PATHS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const PATHS = (Deno.env.get("PATH") ?? "").split(":");

const isFile = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};

/** Why there is no browser; null where there is one. */
export const noBrowser = (): string | null =>
  browser() === null
    ? `No browser: set LIGHTNING_CHROMIUM, or install one of ${NAMES.join(", ")}.`
    : null;

/** Registers a test that needs the browser. */
export const chromiumTest: Register = await needing({
  tests: "PICTURES IN A BROWSER",
  known: "LIGHTNING_NO_CHROMIUM",
  missing: () => Promise.resolve(noBrowser()),
});

/** What a file is once the browser has read it and run what is in it. */
export const loaded = async (name: string, content: string): Promise<string> => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/${name}`, content);
  return await visited(`file://${folder.path}/${name}`);
};

/** The same of what is at an address. */
export const visited = (url: string): Promise<string> => browse("--dump-dom", url);

/** Makes a picture of what is at an address, as the file of that path. */
export const photographed = async (
  url: string,
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> => {
  await browse(
    `--screenshot=${path}`,
    "--hide-scrollbars",
    `--window-size=${width},${height}`,
    url,
  );
};

const browse = async (...asked: readonly string[]): Promise<string> => {
  await using folder = await temporaryFolder();
  const { success, stdout, stderr } = await new Deno.Command(browser() ?? "", {
    args: [
      "--headless",
      // Root, as whom containers run, has no sandbox.
      "--no-sandbox",
      "--disable-gpu",
      // What a page asks for later is waited for, too.
      "--virtual-time-budget=10000",
      `--user-data-dir=${folder.path}/profile`,
      ...asked,
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
};
