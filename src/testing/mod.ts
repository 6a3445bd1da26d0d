/**
 * A kit with which a backend or a store proves itself: the cases of the contract, the laws of the
 * port, and what tests of stores need.
 *
 * @module
 */

export { contractCases, contractSuite } from "./contract/suite.ts";
export { type FakeClock, standingClock, tickingClock } from "./fake_clock.ts";
export type {
  ContractCase,
  MakeOptions,
  Scene,
  SceneOptions,
  Stage,
  StoreMaker,
  StoreUnderTest,
} from "./kit.ts";
export { spanOf } from "./span_of.ts";
export type { Law } from "./laws/law.ts";
export { type BackendMaker, laws, lawSuite } from "./laws/suite.ts";
