/** The package at a URL, far from its repository. */

const ROOT = new URL("../..", import.meta.url);

/** A server of the files that a package publishes, until it is disposed of. */
export const servedFiles = (): AsyncDisposable & { readonly host: string } => {
  const server = Deno.serve(ANY_PORT, serveFile);
  return {
    host: `${server.addr.hostname}:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
};

const ANY_PORT = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

const serveFile = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  if (!/^\/((mod|main)\.ts$|src\/)/.test(pathname)) return new Response(null, { status: 404 });
  return new Response(await Deno.readTextFile(new URL(`.${pathname}`, ROOT)), {
    headers: { "content-type": "application/typescript" },
  });
};

/** A cache that knows of no URL, but of the packages that are here already. */
export const freshCache = async (folder: string): Promise<string> => {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  const cache = `${folder}/cache`;
  await Deno.mkdir(cache);
  await Deno.symlink(npmCache, `${cache}/npm`);
  return cache;
};
