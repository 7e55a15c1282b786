/**
 * A real Chromium, driven over its DevTools protocol: opens pages, types, taps, and notes whatever
 * the page complained about or asked for elsewhere.
 */

import { waitFor } from "./wait.ts";

const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--remote-debugging-port=0",
];
const CALL_MS = 20_000;

type Params = Readonly<Record<string, unknown>>;
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly language?: string;
}

export class Browser {
  /** Exceptions, console errors and violations of the page's policy. */
  readonly complaints: string[] = [];
  /** Addresses the page asked for. */
  readonly requests: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #session: string | undefined;
  #lastId = 0;

  private constructor(child: Deno.ChildProcess, socket: WebSocket, profile: string) {
    this.#child = child;
    this.#socket = socket;
    this.#profile = profile;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data))));
  }

  static async open(): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "marketd-browser-" });
    const child = new Deno.Command(await findChromium(), {
      args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const [port, path] = await waitFor("the browser", async () => {
      const lines = (await Deno.readTextFile(`${profile}/DevToolsActivePort`)).split("\n");
      return lines.length === 2 && lines;
    }, CALL_MS);
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    const browser = new Browser(child, socket, profile);
    const { targetId } = await browser.#call("Target.createTarget", { url: "about:blank" });
    const attached = await browser.#call("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = String(attached["sessionId"]);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) {
      await browser.#call(`${domain}.enable`, {});
    }
    return browser;
  }

  /** Opens an address on a screen and waits until it is loaded. */
  async visit(url: string, screen: Screen = { width: 1_280, height: 900 }): Promise<void> {
    const { width, height, language = "en" } = screen;
    const mobile = width < 600;
    await this.#call("Emulation.setDeviceMetricsOverride", {
      ...{ width, height, deviceScaleFactor: 1, mobile },
    });
    await this.#call("Network.setExtraHTTPHeaders", { headers: { "Accept-Language": language } });
    await this.#call("Page.navigate", { url });
    await waitFor("the page", () => this.run("document.readyState === 'complete'"), CALL_MS);
  }

  /** The value of an expression in the page; fails with what it threw. */
  async run(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value?: unknown }).value;
  }

  /** What people read of the first element that matches, or null. */
  async text(selector: string): Promise<string | null> {
    const found = await this.run(
      `document.querySelector(${JSON.stringify(selector)})?.innerText ?? null`,
    );
    return found === null ? null : String(found);
  }

  /** Presses a key as the keyboard does, or types a text. */
  async press(key: "Tab" | "Enter" | "/" | "Escape"): Promise<void> {
    const code = { Tab: 9, Enter: 13, "/": 191, Escape: 27 }[key];
    const text = key === "Enter" ? "\r" : key === "/" ? "/" : undefined;
    const event = { key, windowsVirtualKeyCode: code, ...(text === undefined ? {} : { text }) };
    await this.#call("Input.dispatchKeyEvent", { type: "keyDown", ...event });
    await this.#call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async type(text: string): Promise<void> {
    await this.#call("Input.insertText", { text });
  }

  /** Clicks the middle of the first element that matches, again if it moved away meanwhile. */
  async click(selector: string): Promise<void> {
    const name = JSON.stringify(selector);
    await this.run(`(() => {
      globalThis.wasHit = false;
      document.addEventListener("click", ({ target }) => {
        if (target.closest(${name}) !== null) globalThis.wasHit = true;
      }, { capture: true });
    })()`);
    await waitFor(`a click on ${selector}`, async () => {
      const at = await this.run(`(() => {
        const element = document.querySelector(${name});
        element?.scrollIntoView({ block: "center", behavior: "instant" });
        const box = element?.getBoundingClientRect();
        return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      })()`) as { x: number; y: number } | undefined;
      if (at === undefined) throw new Error(`Nothing matches ${selector}`);
      const button = { ...at, button: "left", clickCount: 1 };
      await this.#call("Input.dispatchMouseEvent", { type: "mousePressed", ...button });
      await this.#call("Input.dispatchMouseEvent", { type: "mouseReleased", ...button });
      return await this.run("globalThis.wasHit");
    });
  }

  /** A picture of the whole page, as PNG. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.#call("Page.captureScreenshot", { captureBeyondViewport: true });
    return Uint8Array.from(atob(String(data)), (character) => character.charCodeAt(0));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) =>
      this.#socket.addEventListener("close", resolve, { once: true })
    );
    await this.#call("Browser.close", {}, null);
    await closed;
    await this.#child.status;
    await Deno.remove(this.#profile, { recursive: true });
  }

  #call(method: string, params: Params, session = this.#session ?? null): Promise<Params> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Params>();
    const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), CALL_MS);
    this.#waiting.set(id, ({ result, error }) => {
      clearTimeout(timer);
      if (error === undefined) resolve(result ?? {});
      else reject(new Error(`${method}: ${error.message}`));
    });
    const target = session === null ? {} : { sessionId: session };
    this.#socket.send(JSON.stringify({ id, method, params, ...target }));
    return promise;
  }

  #take({ id, method, params = {}, ...answer }: Answer): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
      return;
    }
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params));
    if (method === "Log.entryAdded") this.#note(params["entry"] as { level: string; text: string });
    if (method === "Network.requestWillBeSent") {
      this.requests.push((params["request"] as { url: string }).url);
    }
  }

  #note({ level, text }: { readonly level: string; readonly text: string }): void {
    if (level === "error") this.complaints.push(text);
  }
}

/** Runs a test with a browser of its own. */
export async function withBrowser(test: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await Browser.open();
  try {
    await test(browser);
  } finally {
    await browser.close();
  }
}

async function findChromium(): Promise<string> {
  for (const name of CHROMIUM) {
    try {
      await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" })
        .output();
      return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`No browser is installed: one of ${CHROMIUM.join(", ")} is needed`);
}
