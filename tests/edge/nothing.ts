/** A Worker that does nothing, to see whether one can run. */

export default { fetch: (): Response => new Response() };
