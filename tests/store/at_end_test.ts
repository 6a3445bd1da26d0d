/** Hearing of the end of signals. */

import { assertEquals } from "@std/assert";
import { atEnd } from "../../src/store/at_end.ts";

Deno.test("atEnd: all who hear of a signal share one listener, which goes with the last of them", () => {
  const leaving = new AbortController();
  const { signal } = leaving;
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  const told: number[] = [];
  const letGo = Array.from({ length: 20 }, (_, i) => atEnd(signal, () => told.push(i)));
  assertEquals(listeners.size, 1);
  letGo.slice(2).forEach((stop) => stop());
  assertEquals(listeners.size, 1);
  leaving.abort();
  assertEquals(told, [0, 1]);
  letGo.slice(0, 2).forEach((stop) => stop());
  assertEquals(listeners.size, 0);
  letGo.forEach((stop) => stop());
  assertEquals(listeners.size, 0);
});
