/** Where a picture that changes is shown. */

import type { DISPLAY, Picture } from "./picture.ts";

/** Shows a picture in the place of the one before. */
export type Screen = (picture: Picture) => void | Promise<void>;

/** The part of Deno's notebooks that is used here. */
export interface Notebook {
  readonly display: (
    picture: { readonly [DISPLAY]: Picture[typeof DISPLAY] },
    options: { readonly display_id: string; readonly update: boolean },
  ) => Promise<void>;
}

/** A place in a cell's output, or lines on the console. */
export const screenOf = (notebook: Notebook | null): Screen =>
  notebook === null ? consoleScreen() : cellScreen(notebook);

const cellScreen = ({ display }: Notebook): Screen => {
  const display_id = crypto.randomUUID();
  let update = false;
  return async (picture) => {
    await display(picture, { display_id, update });
    update = true;
  };
};

const consoleScreen = (): Screen => {
  let last = "";
  return ({ text }) => {
    if (text !== last) console.log(text);
    last = text;
  };
};

/** The notebook in which this runs; null elsewhere, where Deno throws when it is asked for one. */
export const notebookHere = (): Notebook | null => {
  try {
    // What this platform is has no type that all platforms share.
    return (globalThis as { readonly Deno?: { readonly jupyter?: Notebook } }).Deno?.jupyter ??
      null;
  } catch {
    return null;
  }
};
