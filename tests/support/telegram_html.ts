/** The Bot API's HTML style as its server checks it: what it refuses, a message must not contain. */

const TAGS = new Set(["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre"]);
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

export type Checked =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/** The text a phone shows, or the reason why the message is refused. */
export function readTelegramHtml(html: string): Checked {
  const open: string[] = [];
  let text = "";
  for (let at = 0; at < html.length;) {
    const character = html.charAt(at);
    if (character === "<") {
      const tag = /^<(\/?)([a-z-]+)>/.exec(html.slice(at));
      if (tag === null) return refused(`Unsupported start tag at byte offset ${at}`);
      const [whole, close, name = ""] = tag;
      if (!TAGS.has(name)) return refused(`Unsupported start tag "${name}" at byte offset ${at}`);
      if (close !== "/") open.push(name);
      else if (open.pop() !== name) return refused(`Unexpected end tag at byte offset ${at}`);
      at += whole.length;
    } else if (character === "&") {
      const entity = /^&([a-z]+);/.exec(html.slice(at));
      const known = entity === null ? undefined : NAMED[entity[1] ?? ""];
      text += known ?? character;
      at += known === undefined ? 1 : (entity?.[0].length ?? 1);
    } else {
      text += character;
      at += 1;
    }
  }
  if (open.length > 0) {
    return refused(`Can't find end tag corresponding to start tag ${open.pop()}`);
  }
  return { ok: true, text };
}

function refused(why: string): Checked {
  return { ok: false, why };
}
