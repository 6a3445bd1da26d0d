/** Responses that hold JSON or text. */

import { type Refusal, refusal } from "./faults.ts";

/** Some JSON. */
export const json = (status: number, body: unknown): Response =>
  written(status, JSON.stringify(body));

/** Some JSON that is text already. */
export const written = (status: number, body: string): Response =>
  new Response(body, { status, headers: { "content-type": "application/json" } });

/** Some text. */
export const text = (content: string, type: string): Response =>
  new Response(content, { headers: { "content-type": type } });

/** An answer that is not the one that was asked for. */
export const refused = ({ status, body }: Refusal): Response => {
  const answer = json(status, body);
  if (status === 503) answer.headers.set("retry-after", "1");
  return answer;
};

/** What clients try again after. */
export const busy = (detail: string): Refusal => refusal(503, detail);

export const unavailable = (detail: string): Response => refused(busy(detail));
