/** Ties a child process to this one: the kernel kills it when its parent ends, however that is. */

const TIE = ["setpriv", "--pdeathsig=KILL", "--"] as const;

/** Words before the child's own; none where setpriv does not know how, or is not there. */
export function tiedToParent(): readonly string[] {
  const [program, ...args] = [...TIE, "true"];
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(program, options).outputSync().success ? TIE : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
