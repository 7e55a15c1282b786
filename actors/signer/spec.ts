import { z } from "zod";
import { serviceActor } from "@/core/kernel/mod.ts";
import { DEFAULT_RATES } from "@/core/market/dmarket/rates.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { signer } from "@/core/protocol/signer.ts";

const bucketPolicy = z.object({
  ratePerSecond: z.number().positive(),
  burst: z.number().min(1),
  initialTokens: z.number().min(0).max(1).optional(),
});

const rateProfile = z.object({
  classes: z.object({
    "market-items": bucketPolicy,
    "last-sales": bucketPolicy,
    "fee": bucketPolicy,
    "other": bucketPolicy,
    "write": bucketPolicy,
  }),
  overall: bucketPolicy,
});

/** The only actor that is given the secret key, and one that can reach nothing. */
export const signerSpec = serviceActor({
  protocol: signer,
  uses: [keepsakes],
  config: z.object({
    publicKey: z.string(),
    secretKey: z.string(),
    mode: z.literal("dry"),
    rates: rateProfile.default(DEFAULT_RATES),
  }),
  worker: import.meta.resolve("./worker.ts"),
  // A caller that waits for its permit occupies a place; what is left is for events and questions.
  limits: { concurrency: 256, mailbox: 512 },
});
