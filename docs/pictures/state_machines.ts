/** The states of rollouts and attempts as graphs, laid out by Graphviz. */

import { instance } from "@viz-js/viz";
import { isEnded, isLive, isTerminal } from "../../src/core/status.ts";
import { groupBy } from "../../src/deps/grouping.ts";
import { TONE } from "../../src/display/columns.ts";
import type { Drawing } from "../../src/display/mod.ts";
import { COLOR, FONT } from "../../src/display/style.ts";
import type { AttemptStatus } from "../../src/model/attempt.ts";
import type { RolloutStatus } from "../../src/model/rollout.ts";
import {
  ATTEMPT_STATUSES,
  type Event,
  type Move,
  moves,
  movesByHand,
  ROLLOUT_STATUSES,
} from "./moves.ts";

/** The life of a rollout. */
export const rolloutStates = (): Promise<Pick<Drawing, "svg">> => {
  const arrows = moves()
    .filter(({ before, after }) => before?.rollout !== after.rollout)
    .map((move) => ({
      from: move.before?.rollout ?? NEW,
      to: move.after.rollout,
      label: (OF_ATTEMPT.has(move.event) ? move.after.attempt : null) ?? move.event,
      isLate: isLate(move),
    }));
  const states = ROLLOUT_STATUSES.map((name) => ({ name, isLast: isTerminal(name) }));
  return draw(states, [...arrows, ...arrowsByHand()]);
};

/** The life of an attempt. One that begins does so whatever became of the one before. */
export const attemptStates = (): Promise<Pick<Drawing, "svg">> => {
  const arrows = [...moves(), ...movesByHand()]
    .filter(({ before, after }) => before?.attempt !== after.attempt)
    .flatMap((move) => {
      const { event, before, after } = move;
      const from = event === "claim" ? NEW : before?.attempt ?? NEW;
      return after.attempt === null
        ? []
        : [{ from, to: after.attempt, label: event, isLate: isLate(move) }];
    });
  return draw(ATTEMPT_STATUSES.map((name) => ({ name, isLast: isEnded(name) })), arrows);
};

/** What these make of the attempt says more than their names. */
const OF_ATTEMPT: ReadonlySet<Event> = new Set(["report", "watchdog"]);

interface State {
  readonly name: RolloutStatus | AttemptStatus;
  readonly isLast: boolean;
}

/** From one state to another. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Whether the rollout is no longer being tried by then. */
  readonly isLate: boolean;
}

/** Where whatever is new comes from. */
const NEW = "new";

/** Stands for all statuses together. */
const ANY = "any status";

const isLate = ({ event, before }: Move): boolean =>
  before !== null && event !== "claim" && !isLive(before.rollout);

/** What leads on from every status is one arrow. */
const arrowsByHand = (): readonly Arrow[] =>
  [...groupBy(movesByHand(), ({ event, after }) => `${event} ${after.rollout}`).values()]
    .flatMap((same) => {
      const everywhere = same.length === ROLLOUT_STATUSES.length;
      return same.map(({ event, before, after }) => ({
        from: everywhere ? ANY : before?.rollout ?? NEW,
        to: after.rollout,
        label: event,
        isLate: false,
      }));
    });

/** Draws in black, which becomes the color of what is around the picture. */
const draw = async (
  states: readonly State[],
  arrows: readonly Arrow[],
): Promise<Pick<Drawing, "svg">> => {
  const graphviz = await instance();
  const text = graphviz.renderString({
    graphAttributes: { rankdir: "LR", bgcolor: "transparent", ranksep: 0.35, nodesep: 0.35 },
    nodeAttributes: { shape: "box", style: "rounded", fontname: LAID_OUT_IN, fontsize: 12 },
    edgeAttributes: { fontname: LAID_OUT_IN, fontsize: 10, arrowsize: 0.7 },
    nodes: [
      { name: NEW, attributes: { shape: "point", width: 0.12 } },
      ...arrows.some(({ from }) => from === ANY)
        ? [{ name: ANY, attributes: { shape: "plaintext" } }]
        : [],
      ...states.map(({ name, isLast }) => ({
        name,
        attributes: { color: COLOR[TONE[name]], penwidth: 1.5, peripheries: isLast ? 2 : 1 },
      })),
    ],
    edges: [...groupBy(arrows, ({ from, to }) => `${from} ${to}`).values()].flatMap(edgeOf),
  }, { format: "svg" });
  const svg = text.slice(text.indexOf("<svg"))
    .replace("<svg", '<svg fill="currentColor"')
    .replaceAll('"black"', '"currentColor"')
    .replaceAll(/font-family="[^"]*"/g, `font-family="${FONT}"`);
  return { svg };
};

/** A font whose letters Graphviz knows the widths of. */
const LAID_OUT_IN = "Helvetica";

/** One edge for all that leads from one state to another. */
const edgeOf = (arrows: readonly Arrow[]) =>
  arrows.slice(0, 1).map(({ from: tail, to: head }) => ({
    tail,
    head,
    attributes: {
      label: [...new Set(arrows.map(({ label }) => label))].toSorted().join("\n"),
      style: arrows.every(({ isLate }) => isLate) ? "dashed" : "solid",
    },
  }));
