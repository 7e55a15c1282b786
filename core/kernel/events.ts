import type { Exit } from "./child.ts";

/** What happens to children, once each; for logs and alerts. */
export type SupervisorEvent =
  | { readonly is: "ready"; readonly actor: string; readonly incarnation: number; tookMs: number }
  | { readonly is: "exit"; readonly actor: string; readonly incarnation: number; exit: Exit }
  | { readonly is: "restarting"; readonly actor: string; delayMs: number; inARow: number }
  /** The root gave up: nothing runs any more. */
  | { readonly is: "escalated"; readonly group: string; readonly reason: string }
  | { readonly is: "zombie"; readonly actor: string; readonly zombies: number };
