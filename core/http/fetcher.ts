/** The network, passed in: {@link systemFetcher}, or a double of it in tests. */
export type Fetcher = (url: string, init: RequestInit) => Promise<Response>;

/** The real network. */
export function systemFetcher(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init);
}
