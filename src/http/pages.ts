/** The files of a dashboard. Source: http-api.md, section 4.5 and H-27. */

import { refusal } from "../wire/faults.ts";
import { type Answer, refused } from "./answer.ts";

/** One file. */
export interface PageFile {
  /** What is in it. */
  readonly content: string | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Its media type, such as `text/html; charset=utf-8`. */
  readonly type: string;
}

/** Finds a file by its path from the dashboard's root, such as `/assets/index-1a2b.js`. */
export type Pages = (path: string) => Promise<PageFile | null>;

/** Answers with a file, or with the index page, whose script shows what the path names. */
export const page = async (pages: Pages, path: string): Promise<Answer> => {
  const file = await pages(path);
  if (file !== null) return answerWith(file, path.startsWith("/assets/") ? FOR_EVER : AFRESH);
  const isFile = /\.\w+$/.test(path);
  const index = isFile ? null : await pages("/index.html");
  return index === null ? refused(refusal(404, "Not Found")) : answerWith(index, AFRESH);
};

/** Names of assets hold what they are made of. */
const FOR_EVER = "public, max-age=31536000, immutable";

const AFRESH = "no-cache";

const answerWith = ({ content, type }: PageFile, caching: string): Answer => ({
  status: 200,
  body: content,
  headers: {
    "content-type": type,
    "cache-control": caching,
    "x-content-type-options": "nosniff",
  },
});
