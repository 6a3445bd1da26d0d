/** A folder with a dashboard, as the source of its pages. */

import { E, type TE } from "../deps/fp.ts";
import { getMimeType } from "../deps/hono.ts";
import type { Pages } from "../http/pages.ts";
import { type Failure, trouble } from "./failure.ts";
import { unreadable } from "./unreadable.ts";

/** Looks once for the files that there are: no path leads to any other. */
export const dashboardIn = (folder: string): TE.TaskEither<Failure, Pages> => async () => {
  try {
    const files = new Map(await filesIn(folder, ""));
    if (!files.has("/index.html")) {
      return E.left(trouble(`--dashboard ${folder}: there is no index.html in it`));
    }
    return E.right(async (path) => {
      const file = files.get(path);
      return file === undefined ? null : {
        content: (await Deno.open(file)).readable,
        type: getMimeType(file) ?? "application/octet-stream",
      };
    });
  } catch (cause) {
    return E.left(unreadable(`--dashboard ${folder}`, "folder", cause));
  }
};

/** The files below a folder, by their paths from its root. */
const filesIn = async (
  folder: string,
  above: string,
): Promise<readonly (readonly [path: string, file: string])[]> => {
  const found = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${folder}${above}`)) {
    const path = `${above}/${name}`;
    if (isDirectory) found.push(...await filesIn(folder, path));
    if (isFile) found.push([path, `${folder}${path}`] as const);
  }
  return found;
};
