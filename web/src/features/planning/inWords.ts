/** What other features say of when a meeting is, without the pages of planning. */
export { repeatsOf } from "./repeats";
export { plannedInWords, repeatsInWords } from "./words";
