/** Processes that claim and finish rollouts, and are killed at it. */

import { type Running, start } from "../process.ts";

/** How many callers each process has. */
export const CALLERS = 16;

/** How many processes are at work at once. */
const AT_WORK = 4;

/** What a process says while each of its callers claims a rollout and finishes it. */
const ROUND = 2 * CALLERS;

/** No divisor of a round, so that kills fall on every part of one. */
const STEP = 7;

/** Claimers at work. */
export interface Claimers {
  /** What went wrong with any of them, besides its being killed. */
  readonly problems: readonly string[];
  /** Kills all; answers with all that they said, and how many were killed at their work. */
  readonly dismiss: () => Promise<{ readonly lines: readonly string[]; readonly kills: number }>;
}

/**
 * Sets claimers to work and kills so many of them, each of which another takes the place of. One is
 * killed for what it has done, and never by the clock: a busy machine takes longer to start a
 * process than a clock would let it live. Each has finished some rollouts before it dies at others.
 */
export const claimers = (uri: string, mostKills: number): Claimers => {
  const lines: string[] = [];
  const problems: string[] = [];
  const atWork = new Set<Running>();
  const careers: Promise<void>[] = [];
  let kills = 0;

  const hire = (): void => {
    const number = careers.length;
    const claimer = startChild("toil", uri, `Worker-${number}`);
    atWork.add(claimer);
    careers.push(follow(claimer, ROUND + (STEP * number) % ROUND));
  };

  const follow = async (claimer: Running, lastLine: number): Promise<void> => {
    let said = 0;
    for await (const line of claimer.lines) {
      lines.push(line);
      said++;
      if (said !== lastLine || kills >= mostKills) continue;
      kills++;
      kill(claimer);
      hire();
    }
    const { signal, problems: complaints } = await claimer.end();
    if (signal !== "SIGKILL" || complaints !== "") problems.push(`${signal}: ${complaints}`);
  };

  const kill = (claimer: Running): void => {
    if (!atWork.delete(claimer)) return;
    try {
      claimer.kill();
    } catch {
      // It has ended by itself, and has a problem.
    }
  };

  for (let i = 0; i < AT_WORK; i++) hire();
  return {
    problems,
    dismiss: async () => {
      const killedAtWork = kills;
      kills = Infinity;
      for (const claimer of [...atWork]) kill(claimer);
      await Promise.all(careers);
      return { lines, kills: killedAtWork };
    },
  };
};

/** Starts another process on a database; the arguments say what it does. */
export const startChild = (...args: readonly string[]): Running =>
  start({ script: new URL("sharing_child.ts", import.meta.url), args });
