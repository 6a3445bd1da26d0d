/** Other processes of a test: each runs a script and is talked to by lines. */

/** A script to run. */
export interface Script {
  readonly script: string | URL;
  /** Flags of `deno run`. Default: `--allow-all`. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  /** Where it runs. Default: where the test does. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that runs. */
export interface Running {
  /** Its number in the system. */
  readonly pid: number;
  /** What it says on its standard output, line by line; a last line without an end is left out. */
  readonly lines: AsyncIterator<string, void> & AsyncIterable<string>;
  /** Lets it go on, where it has called `signalToGo`. */
  readonly go: () => Promise<void>;
  /** Says a line on its standard input. */
  readonly tell: (line: string) => Promise<void>;
  /** Closes its standard input, as it closes when the starting process ends in whatever way. */
  readonly leave: () => Promise<void>;
  /** What it says on its standard error, line by line. */
  readonly complaints: AsyncIterator<string, void> & AsyncIterable<string>;
  /** Sends it a signal. Default: SIGKILL. */
  readonly kill: (signal?: Deno.Signal) => void;
  /** How it ended; `problems` is its standard error. */
  readonly end: () => Promise<Deno.CommandStatus & { readonly problems: string }>;
}

/** Starts a script that can ask for nothing: a permission that its flags do not give is denied. */
export const start = (
  { script, flags = ["--allow-all"], args = [], cwd, env }: Script,
): Running => {
  const command = ["run", "--quiet", "--no-prompt", ...flags, String(script), ...args];
  return startDeno(command, {
    ...cwd === undefined ? {} : { cwd },
    ...env === undefined ? {} : { env },
  });
};

/** Starts Deno with a command of its own. */
export const startDeno = (
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "detached">,
): Running => {
  const child = new Deno.Command(Deno.execPath(), {
    ...options,
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  const [told, kept] = child.stderr.tee();
  const problems = new Response(kept).text();
  return {
    pid: child.pid,
    lines: linesOf(child.stdout),
    go: () => stdin.write(new Uint8Array(1)),
    tell: (line) => stdin.write(new TextEncoder().encode(`${line}\n`)),
    leave: () => stdin.close(),
    complaints: linesOf(told),
    kill: (signal = "SIGKILL") => child.kill(signal),
    end: async () => {
      const status = await child.status;
      // A process that has been killed has closed the other end.
      await stdin.close().catch(() => {});
      return { ...status, problems: await problems };
    },
  };
};

/** What a process says first; throws its problems if it ends without a word. */
export const firstLine = async (
  { lines, end }: Pick<Running, "lines" | "end">,
): Promise<string> => {
  const { value } = await lines.next();
  if (value === undefined) throw new Error((await end()).problems);
  return value;
};

/** Runs a script to its end; throws what it complains of, if it fails. */
export const output = async (script: Script): Promise<readonly string[]> => {
  const process = start(script);
  const lines = await Array.fromAsync(process.lines);
  const { success, problems } = await process.end();
  if (!success) throw new Error(problems);
  return lines;
};

/** In a started script: says that it is ready, and waits until the test lets it go. */
export const signalToGo = async (): Promise<void> => {
  say("ready");
  await Deno.stdin.read(new Uint8Array(1));
};

/** In a started script: says a line at once; a pipe takes lines as short as these whole. */
export const say = (line: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
};

/** The lines of a stream; a last line without an end is left out. */
export async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
