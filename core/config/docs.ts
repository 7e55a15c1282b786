/** The settings as people read them: the README's table and `.env.example`. Tests compare both. */

import { settingMeta, settingNames } from "./settings.ts";

const HEAD = "| name | what it sets | required | default | secret | example |";

/** The configuration table of the README, in Markdown, without a final newline. */
export function renderSettingsTable(): string {
  const rows = settingNames.map((name) => {
    const { description, required, fallback, secret, example } = settingMeta(name);
    const [mark, shown] = secret ? ["yes", ""] : ["", `\`${example}\``];
    return `| ${[`\`${name}\``, description, required, fallback, mark, shown].join(" | ")} |`;
  });
  return [HEAD, HEAD.replaceAll(/[^|]+/g, " --- "), ...rows].join("\n");
}

const ENV_INTRO =
  `# Every setting of marketd. None is needed: without any it runs dry against its own simulated market.
# compose.yaml reads them from .env; elsewhere they go into the environment, or, under the same names,
# into a TOML or JSON file that MARKETD_CONFIG names. The environment wins; an empty value is unset.
# This file is generated from core/config/settings.ts; a test compares the two.
`;

const ENV_COMPOSE = `# For compose.yaml alone: the password of its Postgres, letters and digits.
#POSTGRES_PASSWORD=
`;

/** The text of `.env.example`: every setting, commented out, with what it does. */
export function renderEnvExample(): string {
  const blocks = settingNames.map((name) => {
    const { description, required, fallback, example } = settingMeta(name);
    const rule = required === "no" ? "" : `; required ${required}`;
    const note = `# ${description}. Default: ${fallback}${rule}.`.replaceAll("`", "");
    return `${note}\n#${name}=${example}\n`;
  });
  return [ENV_INTRO, ...blocks, ENV_COMPOSE].join("\n");
}
