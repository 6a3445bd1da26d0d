/**
 * How pictures look. Text has the color of what is around it, and all other colors are as far from
 * black as from white, so that a picture is readable in light and dark.
 */

/** What a color says. */
export type Tone = "good" | "bad" | "busy" | "idle" | "odd";

/** The colors. */
export const COLOR: Readonly<Record<Tone, string>> = {
  good: "#2a9d6f",
  bad: "#e0525c",
  busy: "#4a8fe7",
  idle: "#8b929c",
  odd: "#b07ad9",
};

/** The color of text where that of what is around it is not to be had. */
export const NEUTRAL = "#7a818b";

/** The font of all pictures. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/**
 * The style of what stands within a notebook or a page. Notebooks have rules of their own for tables,
 * which only a doubled class outweighs.
 */
export const FRAGMENT_STYLE = `
.lightning-store { font: 13px/1.5 ${FONT}; overflow-x: auto; padding: 2px 0 }
.lightning-store.lightning-store table { border-collapse: collapse; margin: 0; font-size: inherit }
.lightning-store.lightning-store caption { caption-side: top; text-align: left; font-weight: 600; padding: 2px 0 6px }
.lightning-store.lightning-store :is(th, td) { text-align: left; vertical-align: top; padding: 3px 16px 3px 0; border: 0; border-bottom: 1px solid #8b929c55; max-width: 36em; overflow-wrap: anywhere }
.lightning-store.lightning-store th { font-weight: 500; opacity: .65; white-space: nowrap }
.lightning-store td { font-variant-numeric: tabular-nums }
.lightning-store .short { white-space: nowrap }
.lightning-store .long { min-width: 20em }
.lightning-store pre { font: 12px/1.5 ui-monospace, monospace; margin: 0; padding: 0; background: none; color: inherit; white-space: pre-wrap; max-height: 24em; overflow-y: auto }
.lightning-store .note { opacity: .65 }
.lightning-store svg { max-width: 100%; height: auto }
.lightning-store .bar { display: flex; height: 10px; width: 100%; max-width: 640px; border-radius: 5px; overflow: hidden; background: #8b929c33; margin: 4px 0 }
`;

/** The style of a whole page. */
export const PAGE_STYLE = `
:root { color-scheme: light dark }
body { margin: 24px; color: light-dark(#1f2328, #e6edf3); background: light-dark(#ffffff, #0d1117) }
.lightning-store { margin-bottom: 32px }
`;

/** The style of a whole SVG file, which knows nothing of the page that it stands in. */
export const FILE_STYLE =
  ":root{color:#1f2328}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}";
