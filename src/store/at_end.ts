/** Hearing of the end of signals. */

/** Whom each signal tells. */
const heard = new WeakMap<
  AbortSignal,
  { readonly calls: Set<() => void>; readonly tell: () => void }
>();

/**
 * Calls at the end of a signal, until what it answers with is called. All share one listener, since
 * Node warns of more than ten at a signal, as if somebody had forgotten them.
 */
export const atEnd = (signal: AbortSignal | undefined, call: () => void): () => void => {
  if (signal === undefined) return () => {};
  let told = heard.get(signal);
  if (told === undefined) {
    const calls = new Set<() => void>();
    told = { calls, tell: () => calls.forEach((each) => each()) };
    heard.set(signal, told);
    signal.addEventListener("abort", told.tell);
  }
  const { calls, tell } = told;
  calls.add(call);
  return () => {
    calls.delete(call);
    if (calls.size > 0) return;
    signal.removeEventListener("abort", tell);
    heard.delete(signal);
  };
};
