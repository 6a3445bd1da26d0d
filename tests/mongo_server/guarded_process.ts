/** Processes that never outlive the one that started them, however that one ends. */

/** A process that runs. */
export interface GuardedProcess {
  /** Resolves when it has ended. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** SIGKILL; resolves when it has ended. */
  readonly kill: () => Promise<void>;
  /** What it has said so far, on both outputs, this time and before in the same folder. */
  readonly said: () => Promise<string>;
}

/**
 * A guard in the background reads the standard input, which closes when the starting process ends
 * in whatever way: it then kills the program and removes the folder. A line calls it off. The
 * program takes the place of the shell, so that its process id and its status are its own.
 */
const GUARD = `
folder=$1; shift
exec 3<&0
( read -r _ <&3 || { kill -9 $$; rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }; } ) \
  >/dev/null 2>&1 &
exec "$@" </dev/null 3<&- >>"$folder/log" 2>&1
`;

/** Starts a program in a folder of its own, where it also leaves its log. */
export const startGuarded = (
  folder: string,
  program: string,
  args: readonly string[],
): GuardedProcess => {
  const child = new Deno.Command("sh", {
    args: ["-c", GUARD, "guard", folder, program, ...args],
    cwd: folder,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ended = child.status.then(async (status) => {
    const guard = child.stdin.getWriter();
    await guard.write(new TextEncoder().encode("\n")).then(() => guard.close()).catch(() => {});
    return status;
  });
  return {
    ended,
    kill: async () => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await ended;
    },
    said: () => Deno.readTextFile(`${folder}/log`).catch(() => ""),
  };
};
