/** Finding who answers, by the method and the path of a request. */

import { PatternRouter, tryDecode } from "../deps/hono.ts";
import { refusal } from "../wire/faults.ts";
import { idsIn, templateOf } from "../wire/protocol.ts";
import { type Answer, refused, withHeaders } from "./answer.ts";
import type { Asked } from "./answering.ts";

/** Who answers a request. */
export interface Found {
  /** The template of its path; `/*` for the pages of a dashboard. */
  readonly route: string;
  readonly ids: Asked["ids"];
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

/** A method and a path with who answers there. */
export interface Endpoint extends Pick<Found, "answer"> {
  readonly method: "GET" | "POST";
  /** With the names of its ids, such as `/workers/:worker_id`. */
  readonly path: string;
}

/** Finds an endpoint, or who refuses the method where the path has another one. */
export const finder = (
  endpoints: readonly Endpoint[],
): (method: string, path: string) => Found | null => {
  const { add, find } = table();
  for (const { method, path, answer } of byPrecedence(endpoints)) add(method, path, answer);
  for (const [path, methods] of methodsByPath(endpoints)) {
    const answer = withHeaders(refused(refusal(405, "Method Not Allowed")), {
      allow: methods.join(", "),
    });
    add(ANOTHER, path, () => answer);
  }
  return (method, path) => find(method, path) ?? find(ANOTHER, path);
};

/** What stands for the methods that a path does not have. */
const ANOTHER = "another";

/** Who answers, by methods and paths. */
interface Table {
  readonly add: (method: string, path: string, answer: Found["answer"]) => void;
  readonly find: (method: string, path: string) => Found | null;
}

const table = (): Table => {
  const literal = new Map<string, Found>();
  const patterns = new PatternRouter<Omit<Found, "ids">>();
  return {
    add: (method, path, answer) => {
      const route = templateOf(path);
      // The library finds those too, but looks at one pattern after another.
      if (idsIn(path).length === 0) literal.set(`${method} ${path}`, { route, ids: {}, answer });
      else patterns.add(method, path, { route, answer });
    },
    find: (method, path) => {
      const found = literal.get(`${method} ${path}`);
      if (found !== undefined) return found;
      const [[first] = []] = patterns.match(method, path);
      // The library takes a path with a slash behind it for the same one.
      return first === undefined || path.endsWith("/")
        ? null
        : { ...first[0], ids: decoded(first[1]) };
    },
  };
};

/** The segments of a path as they are meant. */
const decoded = (segments: Readonly<Record<string, unknown>>): Found["ids"] => {
  const ids: Record<string, string> = {};
  for (const name in segments) {
    const segment = String(segments[name]);
    ids[name] = segment.includes("%") ? tryDecode(segment, decodeURIComponent) : segment;
  }
  return ids;
};

/** Literal segments come before ids. */
const byPrecedence = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.toSorted((a, b) => idsIn(a.path).length - idsIn(b.path).length);

/** The methods of each path; a literal segment may be an id as well. */
const methodsByPath = (
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, readonly Endpoint["method"][]> =>
  new Map(
    endpoints.map(({ path }) => {
      const serving = endpoints.filter((it) => patternOf(it.path).test(path));
      return [path, [...new Set(serving.map(({ method }) => method))].toSorted()];
    }),
  );

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
