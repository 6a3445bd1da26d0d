/** Contests of a store in this process on each of the hot paths. */

import type { PromiseStore } from "../../mod.ts";
import { ours } from "../ours.ts";
import type { Rounds } from "../rounds.ts";
import { type Job, JOBS, type Subject } from "../subject.ts";
import type { Contest, Size } from "./contest.ts";

/** A backend, and how it is measured. */
export interface Backend {
  readonly name: string;
  readonly open: (path: string) => Promise<{
    readonly store: PromiseStore;
    readonly bare: Subject;
    readonly close: () => Promise<void>;
  }>;
  readonly rounds: Rounds;
  /** The operations of a round, by the number of callers. */
  readonly operations: Readonly<Record<number, number>>;
  /** The operations of an enqueue of many, which is one call of one caller. */
  readonly many: number;
}

/** A contest for each job. */
export const contestsOf = (backend: Backend): readonly Contest[] =>
  JOBS.map((job) => ({
    name: `${backend.name} ${job}`,
    sizes: sizesOf(backend, job),
    rounds: backend.rounds,
    open: async (path) => {
      const { store, bare, close } = await backend.open(path);
      return { ours: ours(store)[job], bare: bare[job], close };
    },
  }));

const sizesOf = ({ operations, many }: Backend, job: Job): readonly Size[] =>
  job === "enqueue-many"
    ? [{ operations: many, callers: 1 }]
    : Object.entries(operations).map(([callers, operations]) => ({
      operations,
      callers: Number(callers),
    }));
