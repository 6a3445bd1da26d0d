/** What the proxy reads of MongoDB's wire protocol. */

import { assertEquals } from "@std/assert";
import { BSON } from "mongodb";
import { messages } from "./wire.ts";

const OP_MSG = 2013;
const OP_QUERY = 2004;

/** A message with request id 7, in answer to 5. */
const message = (opCode: number, body: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(16 + body.length);
  new Int32Array(bytes.buffer, 0, 4).set([bytes.length, 7, 5, opCode]);
  bytes.set(body, 16);
  return bytes;
};

const flags = (bits: number) => [bits, 0, 0, 0];

const command = (document: BSON.Document) => [0, ...BSON.serialize(document)];

/** A section of kind 1: a list of documents with a name. */
const list = (name: string, document: BSON.Document) => {
  const body = [...new TextEncoder().encode(name), 0, ...BSON.serialize(document)];
  return [1, ...new Uint8Array(new Int32Array([4 + body.length]).buffer), ...body];
};

/** What is read of bytes that come in pieces of that size. */
const read = async (bytes: Uint8Array, piece = bytes.length) => {
  let at = 0;
  const connection = {
    read: (buffer: Uint8Array) => {
      if (at === bytes.length) return Promise.resolve(null);
      const some = bytes.subarray(at, at + piece);
      buffer.set(some);
      at += some.length;
      return Promise.resolve(some.length);
    },
  };
  return await Array.fromAsync(messages(connection));
};

const INSERT = command({ insert: "rows", $db: "test" });

Deno.test("a message's command is found before and after lists of documents", async () => {
  const documents = list("documents", { _id: 1 });
  for (const sections of [INSERT, [...INSERT, ...documents], [...documents, ...INSERT]]) {
    const bytes = message(OP_MSG, [...flags(0), ...sections]);
    assertEquals(await read(bytes), [
      { bytes, requestId: 7, responseTo: 5, command: "insert", wantsAnswer: true },
    ]);
  }
});

Deno.test("messages are whole, whatever the pieces that they come in", async () => {
  const one = message(OP_MSG, [...flags(0), ...INSERT]);
  const two = message(OP_MSG, [...flags(0), ...command({ ping: 1 })]);
  const half = one.subarray(0, 20);
  const bytes = new Uint8Array([...one, ...two, ...half]);
  for (const piece of [1, 3, 17, one.length, bytes.length]) {
    const found = await read(bytes, piece);
    assertEquals(found.map(({ command }) => command), ["insert", "ping"]);
    assertEquals(found.map(({ bytes }) => bytes), [one, two]);
  }
});

Deno.test("a request that wants no answer says so; an old greeting has no command", async () => {
  const [silent] = await read(message(OP_MSG, [...flags(2), ...INSERT]));
  assertEquals([silent?.command, silent?.wantsAnswer], ["insert", false]);
  const [greeting] = await read(message(OP_QUERY, [0, 0, 0, 0]));
  assertEquals([greeting?.command, greeting?.wantsAnswer], [null, true]);
});
