import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isChimeOn, setChime } from "../../lobby";
import s from "./hosting.module.css";

/** Kept in this browser. */
export function SoundSetting() {
  const { t } = useTranslation();
  const [on, setOn] = useState(isChimeOn);
  return (
    <label className={s.keep}>
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => {
          setOn(event.target.checked);
          setChime(event.target.checked);
        }}
      />
      {t("lobby.sound")}
    </label>
  );
}
