/** Responses that hold JSON or text. */

import { type Refusal, refusal } from "./faults.ts";

/** Some JSON. */
export const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });

/** Some text. */
export const text = (content: string, type: string): Response =>
  new Response(content, { headers: { "content-type": type } });

/** An answer that is not the one that was asked for. */
export const refused = ({ status, body }: Refusal): Response => {
  const answer = json(status, body);
  if (status === 503) answer.headers.set("retry-after", "1");
  return answer;
};

/** The status that clients try again after. */
export const unavailable = (detail: string): Response => refused(refusal(503, detail));
