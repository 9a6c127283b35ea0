import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { parseCode, type Typed } from "../../call/slug";
import { Field } from "../../ui";
import s from "./home.module.css";

export function JoinForm({ primary = false }: { primary?: boolean }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<Typed>();
  const join = (event: React.SubmitEvent) => {
    event.preventDefault();
    const typed = parseCode(text, location.origin);
    if (typed.kind === "room") go(`/${typed.slug}`);
    else setWrong(typed);
  };
  return (
    <form onSubmit={join} noValidate>
      <Field label={t("home.joinLabel")} hint={t("home.joinHint")} error={wrong && explain(wrong, t)}>
        {(wiring) => (
          <div className={s.join}>
            <input
              {...wiring}
              className="field"
              name="code"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setWrong(undefined);
              }}
            />
            <button type="submit" className={primary ? "btn primary" : "btn"}>
              {t("home.join")}
            </button>
          </div>
        )}
      </Field>
    </form>
  );
}

function explain(typed: Typed, t: TFunction): string {
  switch (typed.kind) {
    case "empty":
      return t("home.codeEmpty");
    case "elsewhere":
      return t("home.codeElsewhere", { host: typed.host });
    default:
      return t("home.codeWrong");
  }
}
