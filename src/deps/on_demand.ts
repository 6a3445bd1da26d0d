/**
 * Packages that are loaded when they are first used, so that whoever does not use them does not pay
 * for them.
 */

/** What is loaded: a package, in the version whose types are used. */
export interface OnDemand {
  /** Its name in the registry. */
  readonly name: string;
  /** Its exact version. */
  readonly version: string;
}

/**
 * Loads a package as `M`: Deno by its exact version, another runtime as it is installed there.
 * Rejects with a sentence that names what to install.
 */
export const loadOnDemand = async <M>({ name, version }: OnDemand): Promise<M> => {
  const specifier = "Deno" in globalThis ? `npm:${name}@${version}` : name;
  try {
    // Neither Deno nor a bundler follows a name that is put together.
    return await import(specifier);
  } catch (cause) {
    throw new Error(
      `Cannot load ${name}, which must be installed: npm install ${name}@${version}`,
      {
        cause,
      },
    );
  }
};
