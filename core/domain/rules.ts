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
  /** Every quarter of the sales cheaper than the one before, the newest below this share of the oldest. */
  readonly slidingBps: number;
  /** The newest of those quarters below this share of the next: the slide goes on. */
  readonly stillSlidingBps: number;
  /** And so steep that a week of it leaves less than this share: slower ones end before they hurt. */
  readonly slidingWeekBps: number;
  /** A resale may not exceed this share of the best bid: nobody else believes in such a price. */
  readonly maxExitOfBidBps: number;
  /** A resale has this many days to find its buyer. */
  readonly resaleDays: number;
  /** Least chance, 0 to 1, that enough sales at a price promise another one in that time. */
  readonly minSaleChance: number;
  /** Fewest sales at a price, however quickly they came. */
  readonly minSalesAtPrice: number;
  /** A resale may not exceed this share of the reference price, whoever paid more. */
  readonly maxExitOfReferenceBps: number;
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
  /** Oldest acceptable newest sale, days. */
  readonly maxNewestSaleDays: number;
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
  slidingBps: 9_000,
  stillSlidingBps: 9_800,
  slidingWeekBps: 8_000,
  maxExitOfBidBps: 17_500,
  resaleDays: 14,
  minSaleChance: 0.8,
  minSalesAtPrice: 2,
  maxExitOfReferenceBps: 10_200,
  namedExitBps: 9_700,
  minOlderSales: 3,
  maxHourRiseBps: 11_500,
  minHourSales: 3,
  pumpBanMs: 86_400_000,
  maxNewestSaleDays: 7,
  singleLotGapBps: 300,
  maxEvidenceAgeMs: 180_000,
  freshEvidenceMs: 60_000,
  freshSalesMs: 3_600_000,
  fullBookAsks: 5,
  lowestFeePpm: 20_000,
  usualFeePpm: 70_000,
};

export const DAY_MS = 86_400_000;
