/** What the contract leaves to the store, and the model must take from it. */

import type { Backend } from "../../src/backend.ts";
import type { Ids } from "../../src/core/ids.ts";
import type { Source } from "./reference.ts";

/** Listens to a store for the model. */
export interface Choices extends Pick<Source, "ids" | "expiryOrder"> {
  /** The backend, whose answers on expiry are overheard. */
  readonly overheard: (backend: Backend) => Backend;
  /** Takes the new ids from what an operation answered with. */
  readonly hear: (answer: unknown) => void;
}

export const choices = (): Choices => {
  let heard: Readonly<Record<keyof Ids, string[]>> = { rollout: [], attempt: [], resources: [] };
  let expired: readonly string[] = [];

  /** The model draws an id for each record that it makes; one more than the store made is wrong. */
  const draw = (kind: keyof Ids) => () => heard[kind].shift() ?? `the store made no ${kind}`;

  return {
    ids: { rollout: draw("rollout"), attempt: draw("attempt"), resources: draw("resources") },
    expiryOrder: () => expired,
    overheard: (backend) => ({
      ...backend,
      overdue: async (now, limit) => {
        const found = await backend.overdue(now, limit);
        expired = found._tag === "Right" ? found.right : [];
        return found;
      },
    }),
    hear: (answer) => {
      const records = [answer].flat();
      heard = {
        rollout: textsAt(records, "rollout_id"),
        attempt: textsAt(records.map((record) => valueAt(record, "attempt")), "attempt_id"),
        resources: textsAt(records, "resources_id"),
      };
    },
  };
};

const valueAt = (record: unknown, key: string): unknown =>
  typeof record === "object" && record !== null ? Reflect.get(record, key) : undefined;

const textsAt = (records: readonly unknown[], key: string): string[] =>
  records.map((record) => valueAt(record, key)).filter((value) => typeof value === "string");
