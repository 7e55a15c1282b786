/** Answers and refusals in the forms the parts of DMarket's API use. */

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  /** Serialised as JSON; null sends no body. */
  readonly body: unknown;
}

/** Which part of the API answers: each words its errors in its own way. */
export type Family = "account" | "exchange" | "marketplace";

/** Ends a request with an error answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Numbers of the gRPC status codes that the marketplace answers with. */
const GRPC_CODES: Readonly<Record<number, number>> = { 400: 3, 404: 5, 409: 10, 429: 8, 500: 13 };

/** A 400; the message names value and rule. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, "BadRequest", message);
}

/** A 200. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** An error answer as `family` words it. */
export function errorReply(family: Family, refusal: Refusal): Reply {
  const { status, code, message } = refusal;
  switch (family) {
    case "account":
      return { status, body: { code, message, validationDetails: {} } };
    case "exchange":
      return { status, body: { code, message } };
    case "marketplace":
      return { status, body: { error: message, code: GRPC_CODES[status] ?? 2, message } };
  }
}

/** Capitalised, unlike every other error, and the same in all parts. */
export const UNAUTHORIZED: Reply = {
  status: 401,
  body: { Code: "Unauthorized", Message: "Unauthorized" },
};

/** As the gateway in front of DMarket words it. */
export const THROTTLED: Reply = { status: 429, body: { message: "API rate limit exceeded" } };
