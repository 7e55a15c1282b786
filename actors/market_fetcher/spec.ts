import { z } from "zod";
import { serviceActor } from "@/core/kernel/mod.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { signer } from "@/core/protocol/signer.ts";

/** Reads DMarket; may reach that one host and nothing else, and holds no key. */
export const marketFetcherSpec = serviceActor({
  protocol: marketFetcher,
  uses: [signer, keepsakes],
  config: z.object({
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** Over all requests for evidence. */
    titlesAtOnce: z.int().min(1).max(64).default(8),
  }),
  worker: import.meta.resolve("./worker.ts"),
  permissions: ({ baseUrl }) => ({ net: [hostAndPort(baseUrl)] }),
  limits: { concurrency: 32 },
});

function hostAndPort(baseUrl: string): string {
  const { protocol, hostname, port } = new URL(baseUrl);
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}
