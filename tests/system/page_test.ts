/** The page in a real browser, in front of the real daemon with its simulated market. */

import assert from "node:assert/strict";
import { type App, withApp, withHome } from "@/tests/support/app.ts";
import { type Browser, withBrowser } from "@/tests/support/browser.ts";
import { waitFor } from "@/tests/support/wait.ts";

const PHONE = { width: 390, height: 800 };
const PICTURES = "MARKETD_TEST_PICTURES";

/** Runs the steps on a daemon that has found something, and holds the page to its policy. */
function onPage(steps: (browser: Browser, app: App) => Promise<void>): Promise<void> {
  return withHome((home) =>
    withApp({ home }, async (app) => {
      await app.ready();
      await app.until(
        "the first find",
        async () =>
          (await app.json<{ items: unknown[] }>("/api/v1/opportunities")).items.length > 0,
      );
      await withBrowser(async (browser) => {
        await steps(browser, app);
        assert.deepEqual(browser.complaints, []);
        const elsewhere = browser.requests.filter((url) =>
          !url.startsWith(app.url) && url !== "about:blank"
        );
        assert.deepEqual(elsewhere, []);
      });
      assert.equal(await app.stop(), 0);
    })
  );
}

/** Keeps a picture where somebody wants to look at them. */
async function picture(browser: Browser, name: string): Promise<void> {
  const folder = Deno.env.get(PICTURES);
  if (folder !== undefined) await Deno.writeFile(`${folder}/${name}.png`, await browser.picture());
}

Deno.test("a trader finds a title by keyboard, reads its analysis and watches it", () =>
  onPage(async (browser, app) => {
    await browser.visit(`${app.url}/`);
    await waitFor("the lamp", async () => await browser.text("#lamp") === "live");
    const title = await browser.text(".find .title b") ?? "";
    await browser.press("/");
    await browser.type(title.replace(/\W+$/, ""));
    await waitFor(
      "the hits",
      async () => (await browser.text("#hits"))?.includes(title.slice(0, 12)),
    );
    await picture(browser, "search");
    await browser.press("Enter");
    // Its buttons live as soon as its scripts do.
    await waitFor(
      "the analysis",
      () => browser.run("!!document.querySelector('h2.plain') && document.readyState==='complete'"),
      30_000,
    );
    assert.match(await browser.text(".analysis") ?? "", /of 100/);
    assert.match(await browser.text(".analysis") ?? "", /no official WebSocket/);
    await picture(browser, "analysis");
    await browser.click("button.main");
    await waitFor("the watch", () => browser.run("!!document.querySelector('button.done')"));
    await browser.visit(`${app.url}/`);
    await waitFor("the watched title", async () => await browser.text(".watch .name"));
    await waitFor(
      "its first reading",
      async () => /\$/.test(await browser.text(".watch dl") ?? ""),
      30_000,
    );
    await browser.click(".watch button[data-priority=high]");
    await waitFor(
      "the priority",
      async () => await browser.text(".watch .choices .tag") === "high",
    );
    await picture(browser, "watched");
    await browser.click(".watch button[data-do=unwatch]");
    await waitFor("its end", async () => await browser.text(".watch") === null);
  }));

Deno.test("an opportunity opens to its whole verdict and stays open while the page lives", () =>
  onPage(async (browser, app) => {
    await browser.visit(`${app.url}/`);
    await waitFor("the lamp", async () => await browser.text("#lamp") === "live");
    await browser.run("document.querySelector('.find summary').focus()");
    await browser.press("Enter");
    const key = await browser.run("document.querySelector('.find[open]').dataset.key");
    const open = `.find[open][data-key=${JSON.stringify(key)}]`;
    const verdict = await browser.text(`${open} .evidence`) ?? "";
    for (const part of ["Break-even", "Fee", "Per year", "Confidence", "Return", "Price band"]) {
      assert.ok(verdict.includes(part), part);
    }
    await picture(browser, "verdict");
    const before = browser.requests.length;
    await waitFor("more looks", () => browser.requests.length > before + 12, 20_000);
    assert.equal(await browser.run(`!!document.querySelector(${JSON.stringify(open)})`), true);
  }));

Deno.test("a trader sets a filter on the page, is told what it cannot be, and scans with it", () =>
  onPage(async (browser, app) => {
    await browser.visit(`${app.url}/`, PHONE);
    await waitFor("the form", () => browser.run("!document.getElementById('scan').hidden"));
    await browser.click("#scan summary");
    await browser.click("#scan .chip:has([value='field-tested'])");
    const summary = "#scan summary span";
    await waitFor(
      "the filter",
      async () => await browser.text(summary) === "exterior field-tested",
    );
    await browser.click("#scan [name='pattern']");
    await browser.type("5000");
    await browser.press("Tab");
    await waitFor(
      "the rule",
      async () => /pattern cannot be .*whole numbers/.test(await browser.text("#trouble") ?? ""),
    );
    assert.equal(await browser.text(summary), "exterior field-tested");
    await picture(browser, "filter");
    await browser.click("#scan button");
    // What was wrong before is gone once the scan is accepted.
    await waitFor("the answer", async () => await browser.text("#trouble") === "");
    await app.until("the scan", async () => {
      const { items } = await app.json<{ items: { game: string; level: string }[] }>(
        "/api/v1/scans?limit=500",
      );
      return items.some(({ game, level }) => game === "a8db" && level === "standard");
    });
    await browser.visit(`${app.url}/`, PHONE);
    await waitFor("the form", async () => await browser.text(summary) === "exterior field-tested");
  }));

Deno.test("a phone shows everything without a sideways scroll, in the reader's language", () =>
  onPage(async (browser, app) => {
    for (const language of ["en", "de", "es", "ru"]) {
      await browser.visit(`${app.url}/`, { ...PHONE, language });
      assert.equal(await browser.run("document.documentElement.lang"), language);
      const overflow = await browser.run(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overflow, 0, language);
      await picture(browser, `phone-${language}`);
    }
    await browser.visit(`${app.url}/`, PHONE);
    await waitFor(
      "a game at a glance",
      async () => /median/i.test(await browser.text(".market dl") ?? ""),
    );
    await waitFor(
      "a running scan",
      async () => /left|\//.test(await browser.text(".scan.running") ?? ""),
    );
    await waitFor("the form", () => browser.run("!document.getElementById('scan').hidden"));
    await browser.click("nav.places a[href='#watches-title']");
    await waitFor("the section", () =>
      browser.run(`(() => {
        const { top } = document.getElementById("watches-title").getBoundingClientRect();
        return top >= document.querySelector("nav.places").getBoundingClientRect().bottom &&
          top < innerHeight / 2;
      })()`));
    const small = await browser.run(
      "[...document.querySelectorAll('button')].filter((b) => b.offsetHeight < 40).length",
    );
    assert.equal(small, 0, "buttons that a thumb misses");
  }));
