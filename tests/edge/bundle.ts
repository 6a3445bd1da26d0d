/** Modules as one script for the edge, which knows neither TypeScript nor `npm:`. */

/** Bundles a module with all that it imports, as it is done in the module's folder. */
export const bundle = async (entry: URL, flags: readonly string[] = []): Promise<string> => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...flags, entry.pathname],
    cwd: new URL(".", entry),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
};
