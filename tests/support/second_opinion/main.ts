/**
 * Another Telegram emulator in a process, and with a lock file, of its own: its many packages are
 * nobody else's. Starts it, lets a person say TEXT, prints where it listens, runs until killed.
 *
 * deno run -A main.ts TOKEN USER_ID TEXT
 */

import telegramTestApi from "telegram-test-api";

/** CommonJS exports the class itself, though its types speak of a default inside. */
const TelegramServer = telegramTestApi as unknown as typeof telegramTestApi.default;

const [token = "", userId = "0", text = ""] = Deno.args;
const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = probe.addr;
probe.close();
const server = new TelegramServer({ port, host: "127.0.0.1" });
await server.start();
const client = server.getClient(token, { userId: Number(userId), chatId: Number(userId) });
await client.sendMessage(client.makeMessage(text));
await Deno.stdout.write(new TextEncoder().encode(`${server.config.apiURL}\n`));
