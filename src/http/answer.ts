/** What a request is answered with, as data: whoever keeps an answer can give it again. */

import { type Refusal, refusal } from "../wire/faults.ts";

/** An answer. */
export interface Answer {
  readonly status: number;
  /** Null for none. */
  readonly body: Body;
  /** By their names in lower case. */
  readonly headers: Headers;
  /** What went wrong by the server's fault, for the log alone. */
  readonly fault?: string;
}

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

type Headers = Readonly<Record<string, string>>;

/** Some JSON. */
export const json = (status: number, body: unknown): Answer =>
  written(status, JSON.stringify(body));

/** Some JSON that is text already. */
export const written = (status: number, body: string): Answer => ({ status, body, headers: JSON_ });

const JSON_: Headers = { "content-type": "application/json" };

/** The type of text that is nothing else. */
export const PLAIN = "text/plain; charset=utf-8";

/** Some text. */
export const text = (body: string, type: string): Answer => ({
  status: 200,
  body,
  headers: { "content-type": type },
});

/** An answer that is not the one that was asked for. */
export const refused = ({ status, body }: Refusal): Answer => {
  const answer = json(status, body);
  return status === 503 ? withHeaders(answer, { "retry-after": "1" }) : answer;
};

/** What clients try again after. */
export const busy = (detail: string): Refusal => refusal(503, detail);

/** The answer with headers of its own. */
export const withHeaders = (answer: Answer, headers: Headers): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

/** The response, with headers that do not depend on who has answered. */
export const responseOf = (
  { status, body, headers }: Answer,
  ...more: readonly Headers[]
): Response => {
  const response = new Response(body, { status, headers });
  // Deno answers faster with a response that begins with a type alone.
  for (const some of more) {
    for (const name in some) response.headers.set(name, some[name] ?? "");
  }
  return response;
};
