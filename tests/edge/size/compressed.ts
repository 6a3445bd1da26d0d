/** How large a bundle is, and may be. */

/** The most that each part may have, in bytes, minified and compressed. */
export const MOST = { core: 40_000, httpOnTop: 40_000 };

/** The bytes of a text once it is compressed. */
export const compressedSize = async (text: string): Promise<number> => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
};
