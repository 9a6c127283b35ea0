import { useTranslation } from "react-i18next";
import { currentLanguage, languageNames, languages, speak } from "../i18n";

/** Offers the other language by its own name. */
export function LanguageButton() {
  useTranslation(); // drawn anew when the language changes
  const other = languages.find((language) => language !== currentLanguage()) ?? "fr";
  return (
    <button type="button" className="btn quiet" lang={other} onClick={() => void speak(other)}>
      {languageNames[other]}
    </button>
  );
}
