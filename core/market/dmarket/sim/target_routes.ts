/** The account's own targets: created, listed, deleted. Prices come in dollars and go out in cents. */

import { TARGETS_LIMIT } from "./account.ts";
import type { AccountBook } from "./account_book.ts";
import { bodyAs, createTargetsBody, deleteTargetsBody, targetRow } from "./bodies.ts";
import type { Wire } from "./books.ts";
import { done, failed, type Failure, type Result, timeLocked } from "./outcome.ts";
import { gameParam } from "./params.ts";
import { ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";
import { issuesText } from "./scenario.ts";

/**
 * `POST /marketplace-api/v1/user-targets/create`. There is no change of price: a target withdrawn
 * within 15 minutes of its making is refused at another one until they are over.
 */
export function createTargets(world: World, call: Call): Reply {
  const { GameID, Targets } = bodyAs(createTargetsBody, call.body);
  const account = world.ledger.account(call.account, call.nowS);
  const game = gameParam(GameID, "GameID");
  const Result = Targets.map((echo) => {
    const made = createTarget(world, account, { game, echo, nowS: call.nowS });
    return {
      CreateTarget: echo,
      TargetID: made.done ?? "",
      Successful: made.failure === null,
      Error: errorWire(made.failure),
    };
  });
  return ok({ Result });
}

interface Wanted {
  readonly game: ReturnType<typeof gameParam>;
  readonly echo: Wire;
  readonly nowS: number;
}

function createTarget(world: World, account: AccountBook, wanted: Wanted): Result<string> {
  const { game, echo, nowS } = wanted;
  const parsed = targetRow.safeParse(echo);
  if (!parsed.success) return failed("BadRequest", issuesText(parsed.error.issues));
  const { Amount, Price, Title, Attrs } = parsed.data;
  const priceCents = Math.round(Price.Amount * 100);
  if (Math.abs(priceCents - Price.Amount * 100) > 1e-6 || priceCents < 1) {
    return failed("InvalidAmount", "Price must be dollars with at most two decimals");
  }
  const book = world.market.title(game, Title);
  if (book === undefined) return failed("BadRequest", "Unknown title");
  // A title whose aggregate shows bids that its book has not is closed to targets.
  if (book.aggregate?.orderBestPrice !== undefined) {
    return failed("OrderDisabled", "Order disabled");
  }
  if (account.targets.size >= TARGETS_LIMIT) return failed("BadRequest", "Too many targets");
  if (account.balanceCents < priceCents) {
    return failed("NotEnoughBalance", "Balance is below the price");
  }
  const attributes = {
    floatPartValue: Attrs.floatPartValue || "any",
    paintSeed: Attrs.paintSeed === null || Attrs.paintSeed === undefined
      ? "any"
      : String(Attrs.paintSeed),
    phase: Attrs.phase || "any",
  };
  const target = { book, priceCents, amount: Amount, attributes, nowS };
  const lockedS = world.ledger.targets.lockedS(account, target);
  if (lockedS > 0) return timeLocked(lockedS);
  return done(world.ledger.targets.add(account, target).targetId);
}

/** `POST /marketplace-api/v1/user-targets/delete` */
export function deleteTargets({ ledger }: World, { account, body, nowS }: Call): Reply {
  const book = ledger.account(account, nowS);
  const Result = bodyAs(deleteTargetsBody, body).Targets.map((echo) => {
    const isGone = ledger.targets.withdraw(book, echo.TargetID, nowS);
    const failure = isGone ? null : { code: "BadRequest", message: "Target not found" };
    return { DeleteTarget: echo, Successful: isGone, Error: errorWire(failure) };
  });
  return ok({ Result });
}

function errorWire(failure: Failure | null): Wire | null {
  return failure === null ? null : { Code: failure.code, Message: failure.message };
}
