/** What the page loads; part of the program, so that nothing is read from disk. */

import act from "./page/act.js" with { type: "text" };
import app from "./page/app.js" with { type: "text" };
import html from "./page/html.js" with { type: "text" };
import filter from "./page/filter.js" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import market from "./page/market.js" with { type: "text" };
import scan from "./page/scan.js" with { type: "text" };
import search from "./page/search.js" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import view from "./page/view.js" with { type: "text" };

export interface Asset {
  readonly type: "js" | "css" | "svg";
  readonly body: string;
}

/** Assets by path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ["/assets/app.js", { type: "js", body: app }],
  ["/assets/view.js", { type: "js", body: view }],
  ["/assets/market.js", { type: "js", body: market }],
  ["/assets/html.js", { type: "js", body: html }],
  ["/assets/act.js", { type: "js", body: act }],
  ["/assets/search.js", { type: "js", body: search }],
  ["/assets/scan.js", { type: "js", body: scan }],
  ["/assets/filter.js", { type: "js", body: filter }],
  ["/assets/style.css", { type: "css", body: style }],
  ["/assets/icon.svg", { type: "svg", body: icon }],
]);
