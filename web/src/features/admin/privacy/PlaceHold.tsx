import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { placeHold, type Hold } from "../../../api/privacy";
import { Dialog, Field } from "../../../ui";
import s from "../admin.module.css";
import { people, type Found } from "../find";
import { FindField } from "../FindField";
import { Refusal } from "../Refusal";
import { holdsKey } from "./keys";
import p from "./privacy.module.css";
import { Reason, reasonSuffices } from "./Reason";

const kinds = ["person", "room"] as const;

/** A link does as well as the code at its end. */
const codeIn = (text: string) => text.trim().replace(/[?#].*$/, "").split("/").at(-1) ?? "";

interface PlaceHoldProps {
  /** The code of the room that is meant; empty where one chooses here. */
  room: string;
  /** Where one comes back to after a fresh sign-in. */
  path: string;
  onClose: () => void;
}

export function PlaceHold({ room: meant, path, onClose }: PlaceHoldProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Hold["kind"]>(meant === "" ? "person" : "room");
  const [person, setPerson] = useState<Found>();
  const [room, setRoom] = useState(meant);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const subject = kind === "person" ? (person?.id ?? "") : codeIn(room);
  const place = useMutation({
    mutationFn: () => placeHold({ kind, subject, reason: reason.trim() }),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: holdsKey });
    },
  });
  return (
    <Dialog title={t("admin.privacy.holds.place")} onClose={onClose}>
      <form
        noValidate
        className={s.part}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (subject !== "" && reasonSuffices(reason)) place.mutate();
        }}
      >
        <fieldset className={p.choices}>
          <legend>{t("admin.privacy.holds.on")}</legend>
          {kinds.map((one) => (
            <label key={one} className={p.choice}>
              <input
                type="radio"
                name="held"
                checked={kind === one}
                onChange={() => {
                  setKind(one);
                }}
              />
              <span>{t(`admin.privacy.holds.kinds.${one}`)}</span>
            </label>
          ))}
        </fieldset>
        {kind === "person" ? (
          <FindField
            label={t("admin.privacy.holds.who")}
            hint={t("admin.privacy.person.findHint")}
            finder={people}
            path={path}
            chosen={person}
            onChoose={setPerson}
          />
        ) : (
          <Field label={t("admin.privacy.holds.room")} hint={t("admin.privacy.holds.roomHint")}>
            {(wiring) => (
              <input
                className="field"
                autoComplete="off"
                spellCheck={false}
                value={room}
                onChange={(event) => {
                  setRoom(event.target.value);
                }}
                {...wiring}
              />
            )}
          </Field>
        )}
        {tried && subject === "" && <p role="alert">{t("admin.privacy.holds.subjectMissing")}</p>}
        <Reason value={reason} tried={tried} onChange={setReason} />
        {place.isError && <Refusal error={place.error} path={path} />}
        <div>
          <button type="submit" className="btn primary" disabled={place.isPending}>
            {t("admin.privacy.holds.place")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
