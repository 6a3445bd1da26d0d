/** Progress as a bar and a line. */

import { markup } from "./markup.ts";
import { type Picture, pictureOf } from "./picture.ts";
import type { Progress, RolloutCounts } from "./progress.ts";
import { COLOR, type Tone } from "./style.ts";
import { dot } from "./table.ts";
import { count, duration, measure } from "./wording.ts";

/** The picture of a moment's progress. */
export const progressPicture = (progress: Progress): Picture => {
  const { total, rate, seconds_left } = progress;
  const counted = PHASES
    .map(({ phase, tone }) => ({ phase, tone, number: progress[phase] }))
    .filter(({ phase, number }) => number > 0 || phase !== "cancelled");
  const pace = [
    rate === null ? [] : `${measure(rate)}/s`,
    seconds_left === null ? [] : seconds_left === 0 ? "done" : `${duration(seconds_left)} left`,
  ].flat();
  return pictureOf(
    [...counted.map(({ phase, number }) => `${phase} ${count(number)}`), ...pace].join("  "),
    markup`<div class="bar">${
      counted.map(({ tone, number }) =>
        markup`<span style="width:${100 * number / Math.max(total, 1)}%;background:${
          COLOR[tone]
        }"></span>`
      )
    }</div>
<div>${
      counted.map(({ phase, tone, number }) => markup`${dot(tone)}${phase} ${count(number)} &ensp;`)
    }<span class="note">${pace.join(" · ")}</span></div>`,
  );
};

/** In the order of the bar. */
const PHASES: readonly { readonly phase: keyof RolloutCounts; readonly tone: Tone }[] = [
  { phase: "succeeded", tone: "good" },
  { phase: "failed", tone: "bad" },
  { phase: "cancelled", tone: "odd" },
  { phase: "running", tone: "busy" },
  { phase: "queued", tone: "idle" },
];
