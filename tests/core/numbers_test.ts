import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { E } from "../../src/deps/fp.ts";
import { decode, FAULT } from "../../src/model/codec.ts";
import { Json } from "../../src/model/json.ts";
import { parseLenient } from "../../src/wire/lenient_json.ts";
import {
  asFloat,
  asInteger,
  doubleOf,
  isWritten,
  parseExact,
  parseNearest,
} from "../../src/model/numbers.ts";

const KEPT = ["0", "-1", "0.1", "-2.5", "9007199254740991", "1731000000.123456", "1e+21"];

const LOST = [
  "1.0",
  "-0",
  "-0.0",
  "1e5",
  "1E400",
  "0.10",
  "12345678901234567890",
  "0.1".padEnd(30, "1"),
];

Deno.test("numbers: what doubles keep is a number", () => {
  for (const text of KEPT) assertEquals(parseExact(text), Number(text));
});

Deno.test("numbers: what doubles do not keep is as it was written, wherever it stands", () => {
  for (const text of LOST) {
    const places = [text, `[${text}]`, `{"a":${text},"b":[1,{"c":${text}}]}`];
    for (const place of places) assertEquals(JSON.stringify(parseExact(place)), place);
    const value: unknown = parseExact(text);
    assertEquals(isWritten(value) && doubleOf(value), Math.min(Number(text), Number.MAX_VALUE) + 0);
  }
});

Deno.test("numbers: white space and what strings hold is no matter", () => {
  assertEquals(parseExact('{ "a" : [ 1 , 2 ], "b, 1.0": ", 1.0" }'), {
    a: [1, 2],
    "b, 1.0": ", 1.0",
  });
  assertEquals(JSON.stringify(parseExact('[\n 1.0 ,"é \\u00e9" ]')), '[1.0,"é é"]');
});

Deno.test("numbers: integers have as many digits as Python reads", () => {
  for (const sign of ["", "-"]) {
    const longest = sign + "9".repeat(4_300);
    assertEquals(JSON.stringify(Json.read(parseExact(`[${longest}]`))), `[${longest}]`);
    assertEquals(Json.read(parseExact(`[${longest}9]`)), FAULT);
    const fraction = `${sign}0.${"1".repeat(5_000)}`;
    assertEquals(JSON.stringify(Json.read(parseExact(fraction))), fraction);
  }
  const decoded = decode(Json, { a: [parseExact("9".repeat(5_000))] });
  assertEquals(
    E.isLeft(decoded) && decoded.left.message,
    "a[0]: expected a JSON value, got a number of very many digits",
  );
});

Deno.test("numbers: an object with the field rawJSON is an object", () => {
  assert(!isWritten(parseExact('{"rawJSON":"1"}')));
});

Deno.test("numbers: any JSON comes back as JSON.stringify writes it", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const text = JSON.stringify(JSON.parse(json));
      assertEquals(JSON.stringify(parseExact(text)), text);
      const besideAnother = `[1.0,${text}]`;
      assertEquals(JSON.stringify(parseExact(besideAnother)), besideAnother);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("numbers: keys with a meaning of their own are keys", () => {
  const text = '{"__proto__":1.0,"constructor":{"toString":2.0}}';
  const value = parseExact<object>(text);
  assertEquals(Object.keys(value), ["__proto__", "constructor"]);
  assertEquals(JSON.stringify(value), text);
});

Deno.test("numbers: the key __proto__ is one too where objects have an accessor for it", () => {
  const texts = [
    '{"a":1.0,"__proto__":5}',
    '{"a":1.0,"__proto__":{"b":2.0}}',
    '{"a":1.0,"\\u005f_pr\\u006fto__":null}',
  ];
  // As in Node and in browsers.
  Object.defineProperty(Object.prototype, "__proto__", {
    configurable: true,
    get: function () {
      return Object.getPrototypeOf(this);
    },
    set: function (prototype: unknown) {
      if (typeof prototype === "object") Object.setPrototypeOf(this, prototype);
    },
  });
  try {
    const shown = texts.map((text) => JSON.stringify(parseExact(text)));
    assertEquals(shown, [...texts.slice(0, 2), '{"a":1.0,"__proto__":null}']);
    const lenient = parseLenient('{"__proto__":{"p":1},"x":NaN,"y":-Infinity}');
    assertEquals(Object.entries(Object(lenient)), [
      ["__proto__", { p: 1 }],
      ["x", NaN],
      ["y", -Infinity],
    ]);
  } finally {
    Reflect.deleteProperty(Object.prototype, "__proto__");
  }
});

Deno.test("numbers: what is beyond all doubles is the last of them, for who wants doubles", () => {
  const far = `{"a":1e400,"b":[-1E+400,0.5,1e-400],"c":-${"9".repeat(400)},"d":"1e400"}`;
  assertEquals(parseNearest(far), {
    a: Number.MAX_VALUE,
    b: [-Number.MAX_VALUE, 0.5, 0],
    c: -Number.MAX_VALUE,
    d: "1e400",
  });
});

Deno.test("numbers: what is no JSON is refused as the platform does", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"',
    "\\",
    "1.0",
    "0",
    "-",
    "e",
    "null",
    " ",
  );
  const outcomeOf = (parse: (text: string) => unknown, text: string) => {
    try {
      return JSON.stringify(parse(text));
    } catch (cause) {
      return String(cause);
    }
  };
  fc.assert(
    fc.property(fc.array(pieces), (all) => {
      const text = all.join("");
      const outcome = outcomeOf(parseExact, text);
      const expected = outcomeOf(JSON.parse, text);
      if (expected.startsWith("SyntaxError")) assertEquals(outcome, expected);
      else assertEquals(JSON.stringify(JSON.parse(outcome)), expected);
    }),
    { numRuns: 20_000 },
  );
});

Deno.test("numbers: floats and long integers keep their kind and their digits", () => {
  const floats = [1, 1.5, -3, 1e20, 1e21, 5e-324];
  assertEquals(
    JSON.stringify(floats.map(asFloat)),
    "[1.0,1.5,-3.0,100000000000000000000.0,1e+21,5e-324]",
  );
  assertEquals(JSON.stringify([1n, 2n ** 63n - 1n].map(asInteger)), "[1,9223372036854775807]");
});
