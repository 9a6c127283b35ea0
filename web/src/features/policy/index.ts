export { DecidedAbove } from "./DecidedAbove";
export { LockNote, useLockText, useRefusal } from "./LockNote";
export { isAllowed, keptOf, leavesNoChoice, listOf, lockOf, ruleOf, same, type Rules } from "./rules";
export { isSettingName, ofAccounts, ofNoField, settingNames, type SettingName } from "./settings";
export { StricterNow } from "./StricterNow";
export { useMyRules, useRoomPolicy, useRoomRules } from "./useRules";
export { useRuleWords } from "./useRuleWords";
