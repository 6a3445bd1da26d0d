/** Bodies that are too large, expand too far, are broken, come slowly, or end early. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../eventually.ts";
import { protobufOf } from "./encoding.ts";
import {
  compressed,
  ENCODINGS,
  place,
  receiver,
  spanWith,
  texts,
  tracesOf,
  TYPES,
} from "./receiver.ts";

const MIB = 2 ** 20;

const PROTOBUF = { "content-type": TYPES.protobuf };

/** The same byte, many times, in gzip; it takes a thousandth of the bytes. */
const bomb = async (mebibytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  const zeros = new Uint8Array(MIB);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      if (mebibytes-- > 0) controller.enqueue(zeros);
      else controller.close();
    },
  });
  return await new Response(stream.pipeThrough(new CompressionStream("gzip"))).bytes();
};

Deno.test("OTLP: `identity` and `deflate` bodies are stored, several of the first kind too", async () => {
  const { post, start, spans } = receiver();
  const ids = await start();
  const body = (id: string) => protobufOf(tracesOf(place(ids), spanWith(id)));
  for (const coding of ["identity", "Identity, identity", ""]) {
    const { status } = await post(body("01"), { ...PROTOBUF, "content-encoding": coding });
    assertEquals(status, 200);
  }
  await post(await compressed(body("02"), "deflate"), {
    ...PROTOBUF,
    "content-encoding": "Deflate",
  });
  assertEquals((await spans(ids)).length, 2);
});

Deno.test("OTLP: an unknown encoding of the body → 415 with its name", async () => {
  const { post } = receiver();
  for (const coding of ["br", "zstd", "gzip, gzip", "constructor"]) {
    const { status, reason } = await post("", { ...PROTOBUF, "content-encoding": coding });
    assertEquals([status, reason], [415, `Unsupported Content-Encoding: ${coding}`]);
  }
});

Deno.test("OTLP: a body of nothing is an empty request, whatever its encoding", async () => {
  const { post } = receiver();
  for (const coding of ["identity", "gzip", "deflate"]) {
    const { status, rejected } = await post("", { ...PROTOBUF, "content-encoding": coding });
    assertEquals([status, rejected], [200, 0], coding);
  }
});

Deno.test("OTLP: a broken stream → 400", async () => {
  const { post } = receiver();
  const whole = await compressed(new Uint8Array(10_000));
  for (
    const body of [
      new Uint8Array([1, 2, 3]),
      whole.slice(0, -4),
      whole.map((it, i) => i > 12 && i < 20 ? it ^ 255 : it),
      new Uint8Array([...whole, 1, 2, 3]),
    ]
  ) {
    const { status, reason } = await post(body, { ...PROTOBUF, "content-encoding": "gzip" });
    assertEquals([status, reason], [400, "The body ends early or is not valid gzip"]);
  }
});

Deno.test("OTLP: a body larger than the limit → 413, and no more of it is read", async () => {
  const { receive } = receiver({ maxBytes: MIB });
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(MIB / 4));
    },
  }, { highWaterMark: 0 });
  const { status } = await receive(
    new Request("http://localhost", { method: "POST", body, headers: PROTOBUF }),
  );
  assertEquals(status, 413);
  assert(pulled < 10, `${pulled} pieces were read`);
});

Deno.test("OTLP: a body that says that it is larger is not read at all", async () => {
  const { post } = receiver({ maxBytes: 100 });
  const { status, reason } = await post("", { ...PROTOBUF, "content-length": "101" });
  assertEquals([status, reason], [413, "The body is larger than 100 bytes"]);
});

Deno.test("OTLP: a compressed body larger than the limit → 413", async () => {
  const { post } = receiver({ maxBytes: 20_000 });
  const noise = crypto.getRandomValues(new Uint8Array(40_000));
  for (const encoding of ENCODINGS) {
    const { status } = await post(await compressed(noise), {
      "content-type": TYPES[encoding],
      "content-encoding": "gzip",
    });
    assertEquals(status, 413);
  }
});

Deno.test("OTLP: a gzip bomb → 413, expanded no further than a little beyond the limit", async () => {
  const { receive } = receiver({ maxBytes: MIB });
  // It comes as one chunk, which the runtime would expand as a whole.
  const request = new Request("http://localhost", {
    method: "POST",
    body: await bomb(200),
    headers: { ...PROTOBUF, "content-encoding": "gzip" },
  });
  using expanded = watchedDecompression();
  assertEquals((await receive(request)).status, 413);
  assert(expanded.bytes() > MIB, "nothing was expanded");
  assert(expanded.bytes() < 10 * MIB, `${expanded.bytes()} bytes were expanded`);
});

/** Counts what decompression makes, until it is disposed of. */
const watchedDecompression = (): Disposable & { readonly bytes: () => number } => {
  const real = globalThis.DecompressionStream;
  let bytes = 0;
  globalThis.DecompressionStream = class extends real {
    override readonly readable = super.readable.pipeThrough(
      new TransformStream({
        transform: (chunk, controller) => {
          bytes += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
  };
  return {
    bytes: () => bytes,
    [Symbol.dispose]: () => {
      globalThis.DecompressionStream = real;
    },
  };
};

Deno.test("OTLP: a slow body is waited for, and others are not", async () => {
  const { receive, send, start, spans } = receiver();
  const [slow, fast] = [await start(), await start()];
  const bytes = protobufOf(tracesOf(place(slow), spanWith("01")));
  const ready = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      controller.enqueue(bytes.slice(0, 20));
      await ready.promise;
      for (const byte of bytes.slice(20)) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const answer = receive(
    new Request("http://localhost", { method: "POST", body, headers: PROTOBUF }),
  );
  await send("json", tracesOf(place(fast), spanWith("02")));
  assertEquals([(await spans(slow)).length, (await spans(fast)).length], [0, 1]);
  ready.resolve();
  assertEquals((await answer).status, 200);
  assertEquals((await spans(slow)).length, 1);
});

Deno.test("OTLP: a body that ends in an error → 400, nothing stored", async () => {
  const { receive, start, store } = receiver();
  const bytes = protobufOf(tracesOf(place(await start()), spanWith("01")));
  for (const coding of ["identity", "gzip", "deflate"]) {
    const sent = coding === "gzip" || coding === "deflate"
      ? await compressed(bytes, coding)
      : bytes;
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (pulls++ === 0) controller.enqueue(sent.slice(0, 15));
        else controller.error(new Error("connection reset"));
      },
    });
    const { status } = await receive(
      new Request("http://localhost", {
        method: "POST",
        body,
        headers: { ...PROTOBUF, "content-encoding": coding },
      }),
    );
    assertEquals(status, 400);
  }
  assertEquals((await store.statistics()).total_spans, 0);
});

Deno.test("OTLP: a sender that goes away in the middle of its body leaves the server well", async () => {
  const { receive, start, send, spans } = receiver();
  const ids = await start();
  const answers: number[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const answer = await receive(request);
      answers.push(answer.status);
      return answer;
    },
  );
  const connection = await Deno.connect({ port: server.addr.port, hostname: "127.0.0.1" });
  await connection.write(new TextEncoder().encode(
    `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${TYPES.protobuf}\r\n` +
      "Content-Length: 1000\r\n\r\nabc",
  ));
  connection.close();
  await eventually(() => answers.length > 0);
  assertEquals(answers, [400]);
  await send("protobuf", tracesOf(place(ids), spanWith("01")));
  assertEquals((await spans(ids)).length, 1);
});

Deno.test("OTLP: a body that was read already → 400", async () => {
  const { receive } = receiver();
  const request = new Request("http://localhost", {
    method: "POST",
    body: "{}",
    headers: PROTOBUF,
  });
  await request.text();
  assertEquals((await receive(request)).status, 400);
});

Deno.test("OTLP: a small body cannot hold more spans or messages than memory takes", async () => {
  const { post } = receiver({ maxBytes: MIB });
  // Each takes two bytes, and a hundred times as many when it is read.
  const spans = protobufOf(tracesOf([], ...Array.from({ length: 20_000 }, () => ({}))));
  const messages = protobufOf(tracesOf(Array.from({ length: 200_000 }, () => ({}))));
  for (const body of [spans, messages]) {
    const { status, reason } = await post(body, PROTOBUF);
    assertEquals([status, body.length < MIB / 2], [413, true]);
    assertStringIncludes(reason, "more than 100000 messages or 10000 spans");
  }
  const text = JSON.stringify(tracesOf([], ...Array.from({ length: 20_000 }, () => ({}))));
  assertEquals((await post(text, { "content-type": TYPES.json })).status, 413);
});

Deno.test("OTLP: a large resource of many spans, or a long key of a large map, is not multiplied", async () => {
  const { send, start } = receiver({ maxBytes: MIB });
  const ids = await start();
  const long = "x".repeat(100_000);
  const values = Array.from(
    { length: 100 },
    (_, i) => ({ key: `${i}`, value: { boolValue: true } }),
  );
  const repeating = [
    tracesOf(
      [...place(ids), ...texts({ long })],
      ...Array.from({ length: 100 }, (_, i) => spanWith(`${10 + i}`.padStart(4, "0"))),
    ),
    tracesOf([...place(ids), { key: long, value: { kvlistValue: { values } } }], spanWith("01")),
    tracesOf(
      place(ids),
      spanWith("01", { attributes: [{ key: long, value: { kvlistValue: { values } } }] }),
    ),
  ];
  for (const encoding of ENCODINGS) {
    for (const traces of repeating) {
      const { status, reason } = await send(encoding, traces);
      assertEquals(status, 413);
      assertStringIncludes(reason, "stored again with each span");
    }
  }
});
