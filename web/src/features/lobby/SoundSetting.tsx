import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isChimeOn, setChime } from "./chime";
import s from "./lobby.module.css";

/** Kept in this browser. */
export function SoundSetting() {
  const { t } = useTranslation();
  const [on, setOn] = useState(isChimeOn);
  return (
    <label className={s.sound}>
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
