/**
 * The constants of judgement in one place. The defaults come from the public bots and the market's
 * own support pages; docs/scanning.md says why each exists.
 */

export interface TradeRules {
  /** Floor under the level's own minimum for a sale into a bid, basis points of the price paid. */
  readonly quickMinRoiBps: number;
  /** Longest trade lock accepted, days; 0 takes free assets only. */
  readonly quickMaxLockDays: number;
  readonly listMaxLockDays: number;
  /** A price beyond this many times a reference is a joke, not a price. */
  readonly jokeFactor: number;
  /** A resale may not rely on more than this share of the market's own suggested price. */
  readonly maxExitOfSuggestedBps: number;
  /** Sales older than this tell nothing about today. */
  readonly salesWindowDays: number;
  /** The reference price is the median of this many newest sales. */
  readonly referenceSales: number;
  /** A sale farther from the median than this many scaled deviations is an outlier. */
  readonly outlierDeviations: number;
  /** The same when the deviation is zero, basis points of the median. */
  readonly outlierFallbackBps: number;
  /** A sale above this share of its moving average is a spike. */
  readonly spikeBps: number;
  /** Sales in that moving average. */
  readonly spikeWindow: number;
  /** More spikes than this among the sales is a pump. */
  readonly maxSpikes: number;
  /** The newest sales may not exceed the older ones by more than this share. */
  readonly maxRiseBps: number;
  /** Newest sales below this share of all of them: a fallen market, the newest quarter decides. */
  readonly fallenBps: number;
  /** Sales that slide so steeply that a week leaves less than this share of the price. */
  readonly slidingWeekBps: number;
  /** A resale may not exceed this share of the best bid: nobody else believes in such a price. */
  readonly maxExitOfBidBps: number;
  /**
   * From this share of the price on, a bid says nothing about more: it can stand no higher than the
   * cheapest listing, which would be bought.
   */
  readonly cappedBidBps: number;
  /** A resale has this many days to find its buyer. */
  readonly resaleDays: number;
  /** Least chance, 0 to 1, that its sales promise another one in that time. */
  readonly minSaleChance: number;
  /** Fewest sound sales, however quickly they came. */
  readonly minSoundSales: number;
  /** A silence so long has less than this chance, 0 to 1, while trade goes on: it has ended. */
  readonly silenceChance: number;
  /** How far what a thing sells for moves in a day, relative: one standard deviation. */
  readonly dailyMove: number;
  /** Some buyer of two weeks pays this much more than what it sells for today, relative. */
  readonly buyerReach: number;
  /** A competitor is undercut where a resale asks this much less, relative. */
  readonly undercut: number;
  /** A resale asks at most this much more than a competitor, and than anybody paid, relative. */
  readonly excess: number;
  /**
   * A resale is named at this share of what it sells for where that still earns the minimum: what
   * is listed a little below the last sales is not undercut the next day.
   */
  readonly namedExitBps: number;
  /** Fewest older sales that the newest ones can be said to have risen over. */
  readonly minOlderSales: number;
  /** The sales of the last hour above this share of those before, at least this many: a pump. */
  readonly maxHourRiseBps: number;
  readonly minHourSales: number;
  /** So long is a title refused whose sales were pumped, however calm they look. */
  readonly pumpBanMs: number;
  /**
   * A lone best bid this much above the next level is ignored in favour of that level, unless it
   * insists on what this asset has or offers no more than it is worth.
   */
  readonly singleLotGapBps: number;
  /** Book and sales older than this prove nothing. */
  readonly maxEvidenceAgeMs: number;
  /** Older than this they still count, with low confidence. */
  readonly freshEvidenceMs: number;
  /** Sales read longer ago than this still count, with low confidence. */
  readonly freshSalesMs: number;
  /** A book of fewer listings than this was read to its end. */
  readonly fullBookAsks: number;
  /** Lowest fee the market is known to grant; bounds what an unread fee could be. */
  readonly lowestFeePpm: number;
  /** Fee assumed for ranking before the real one is read. */
  readonly usualFeePpm: number;
}

export const DEFAULT_RULES: TradeRules = {
  quickMinRoiBps: 100,
  quickMaxLockDays: 0,
  listMaxLockDays: 0,
  jokeFactor: 5,
  maxExitOfSuggestedBps: 15_000,
  salesWindowDays: 30,
  referenceSales: 7,
  outlierDeviations: 3,
  outlierFallbackBps: 2_000,
  spikeBps: 12_400,
  spikeWindow: 5,
  maxSpikes: 3,
  maxRiseBps: 12_400,
  fallenBps: 9_000,
  slidingWeekBps: 7_000,
  maxExitOfBidBps: 15_000,
  cappedBidBps: 9_000,
  resaleDays: 14,
  minSaleChance: 0.7,
  minSoundSales: 2,
  silenceChance: 0.000_1,
  dailyMove: 0.03,
  buyerReach: 0.065,
  undercut: 0.01,
  excess: 0.02,
  namedExitBps: 9_700,
  minOlderSales: 3,
  maxHourRiseBps: 11_500,
  minHourSales: 3,
  pumpBanMs: 86_400_000,
  singleLotGapBps: 300,
  maxEvidenceAgeMs: 180_000,
  freshEvidenceMs: 60_000,
  freshSalesMs: 3_600_000,
  fullBookAsks: 5,
  lowestFeePpm: 20_000,
  usualFeePpm: 70_000,
};

export const DAY_MS = 86_400_000;
