import { useTranslation } from "react-i18next";
import type { Meeting } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { useRuleWords } from "../policy";
import { lastDayBefore } from "./days";
import { draftOf, isUsual, type Draft } from "./draft";
import s from "./planning.module.css";
import { useLocks } from "./useLocks";
import { lengthInWords, localDay } from "./words";

/** What was said of a meeting beyond the usual, for who leads it, and what somebody locked: that counts in place of what was said. */
export function Facts({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const draft = draftOf(meeting);
  const locks = useLocks(meeting.id);
  const free = (name: string) => !locks.some((lock) => lock.name === name);
  if (locks.length === 0 && isUsual({ ...draft, passcode: "" })) return null; // the passcode stands beside the link
  const language = currentLanguage();
  const before = (minutes: number) => (minutes === 0 ? t("planning.opensAtStart") : t("planning.opensBefore", { length: lengthInWords(minutes, language) }));
  const list = (words: string[]) => new Intl.ListFormat(language).format(words);
  return (
    <dl className={s.facts}>
      {draft.mode !== "dedicated" && <Fact name={t("planning.room")} says={t(`planning.modes.${draft.mode}`)} />}
      <Fact name={t("planning.opens")} says={before(draft.opensBefore)} />
      {draft.reminders.length > 0 && <Fact name={t("planning.reminders")} says={list(draft.reminders.map(before))} />}
      {draft.deputies.length > 0 && <Fact name={t("planning.deputies")} says={list(deputies(draft, (name, day) => t("planning.deputyTill", { name, date: localDay(day, language) })))} />}
      {draft.assurance !== "unknown" && free("minAssurance") && <Fact name={t("room.assurance")} says={t(`room.assurances.${draft.assurance}`)} />}
      {draft.maxParticipants !== "" && free("maxParticipants") && <Fact name={t("room.maxParticipants")} says={draft.maxParticipants} />}
      {draft.forbidden.length > 0 && free("forbidden") && <Fact name={t("planning.forbidden")} says={list(draft.forbidden.map((ability) => t(`hosting.ability.${ability}`)))} />}
      {locks.map((lock) => (
        <Fact key={lock.name} name={words.name({ name: lock.name, title: lock.name })} says={`${words.value(lock, lock.value)}. ${words.locked({ lockedBy: lock.by })}`} />
      ))}
    </dl>
  );
}

function deputies({ deputies: all }: Draft, till: (name: string, day: string) => string): string[] {
  return all.map(({ name = "", until }) => (until === undefined ? name : till(name, lastDayBefore(until))));
}

function Fact({ name, says }: { name: string; says: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{says}</dd>
    </div>
  );
}
