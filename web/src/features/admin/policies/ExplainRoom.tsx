import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Busy, ErrorNotice, Field } from "../../../ui";
import { useRoomPolicy } from "../../policy";
import s from "../admin.module.css";
import { SettingList } from "./SettingList";

/** The code of a room in its address, or by itself. */
export const slugIn = (text: string): string | undefined => /(?:^|[/\s])([a-z]{3}-[a-z]{4}-[a-z]{3})(?:$|[/?#\s])/.exec(text.trim().toLowerCase())?.[1];

/** Why a room is as it is, by its address. */
export function ExplainRoom() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [slug, setSlug] = useState<string>();
  const [wrong, setWrong] = useState(false);
  return (
    <section className={s.part} aria-labelledby="policies-explain">
      <h2 id="policies-explain">{t("admin.policies.explain")}</h2>
      <form
        className={s.part}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setSlug(slugIn(text));
          setWrong(slugIn(text) === undefined);
        }}
      >
        <Field label={t("room.link")} hint={t("admin.policies.explainHint")} error={wrong ? t("admin.policies.explainWrong") : undefined}>
          {(wiring) => (
            <input
              {...wiring}
              className="field"
              autoComplete="off"
              maxLength={300}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setWrong(false);
              }}
            />
          )}
        </Field>
        <div>
          <button type="submit" className="btn">
            {t("admin.policies.explainDo")}
          </button>
        </div>
      </form>
      {slug !== undefined && <Explained slug={slug} />}
    </section>
  );
}

function Explained({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const rules = useRoomPolicy(slug);
  return (
    <>
      <p role="status">{t("admin.policies.rules", { slug })}</p>
      {rules.isPending && <Busy label={t("common.loading")} />}
      {rules.isError && <ErrorNotice error={rules.error} />}
      {rules.data !== undefined && <SettingList rules={rules.data} />}
      {rules.data !== undefined && <Link href={`/admin/policies/rooms/${slug}`}>{t("admin.policies.decideRoom")}</Link>}
    </>
  );
}
