/** The modules that scripts import, as `deno info` tells. */

/** A module with what it imports, types and literal dynamic imports included. */
export interface Module {
  readonly specifier: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As it is written. */
  readonly written: string;
  /** What it leads to. */
  readonly specifier: string;
  /** Whether it is there for its types alone, so that nothing is loaded. */
  readonly isOfTypes: boolean;
}

/** The modules that a script reaches, itself included. */
export const moduleGraph = async (root: string | URL): Promise<readonly Module[]> => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", String(root)],
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  // The form is the one of `deno info`, version 1.
  const { modules } = JSON.parse(text.decode(stdout)) as { readonly modules: readonly Info[] };
  return modules.map(({ specifier, error, dependencies = [] }) => {
    if (error !== undefined) throw new Error(error);
    return {
      specifier,
      imports: dependencies.map((it) => ({
        written: it.specifier,
        specifier: (it.code ?? it.type)?.specifier ?? it.specifier,
        isOfTypes: it.code === undefined,
      })),
    };
  });
};

interface Info {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}
