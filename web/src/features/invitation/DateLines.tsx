import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { ownZone, whenInSentence, whenInWords, zoneName } from "../../ui/when";

/** When one date is: on the clocks of the meeting and, where they show something else, on the reader's. */
export function DateLines({ start, end, timeZone }: { start: string; end: string; timeZone: string }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const there = whenInWords(start, end, language, timeZone);
  const here = whenInWords(start, end, language, ownZone());
  if (there === here) return <span>{there}</span>;
  return (
    <>
      <span>{t("invitation.inZone", { time: there, zone: zoneName(timeZone) })}</span>
      <br />
      <span className="small muted">{t("invitation.forYou", { time: whenInSentence(start, end, language, ownZone()) })}</span>
    </>
  );
}
