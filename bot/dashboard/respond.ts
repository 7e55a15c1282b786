/** Responses, every one of them with the headers that keep a browser from being misled. */

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
} as const;

export interface ResponseOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function respond(
  type: keyof typeof TYPES,
  body: string,
  { status = 200, headers = {} }: ResponseOptions = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      ...SECURITY_HEADERS,
      "cache-control": "no-store",
      "content-type": TYPES[type],
      ...headers,
    },
  });
}

export function respondJson(value: unknown, options: ResponseOptions = {}): Response {
  return respond("json", `${JSON.stringify(value)}\n`, options);
}

export function respondError(
  status: number,
  error: string,
  options: ResponseOptions = {},
): Response {
  return respondJson({ error }, { ...options, status });
}
