import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putKey, type Account } from "../../../api/software";
import { Field } from "../../../ui";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";
import a from "./apps.module.css";
import { kidFits, readKey, type KeyMistake } from "./publicKey";

/** Registers a public key: the private one stays with the software, and is never sent. */
export function AddKey({ account, path }: { account: Account; path: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <div>
      <button
        type="button"
        className="btn"
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.apps.addKey")}
      </button>
      {asked && (
        <Adding
          account={account}
          path={path}
          onClose={() => {
            setAsked(false);
          }}
        />
      )}
    </div>
  );
}

function Adding({ account, path, onClose }: { account: Account; path: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kid, setKid] = useState("");
  const [text, setText] = useState("");
  const [mistake, setMistake] = useState<KeyMistake>();
  const [unnamed, setUnnamed] = useState(false);
  const [replaces, setReplaces] = useState(""); // asked for once more
  const add = useMutation({
    mutationFn: async () => {
      const read = await readKey(text);
      const name = kid.trim() || ("kid" in read ? read.kid : "");
      setMistake("mistake" in read ? read.mistake : undefined);
      setUnnamed(!kidFits(name));
      if ("mistake" in read || !kidFits(name)) return false;
      const there = account.keys.some((one) => one.kid === name);
      setReplaces(there ? name : "");
      if (there && replaces !== name) return false;
      await putKey(account.id, name, read.key);
      return true;
    },
    onSuccess: async (added) => {
      if (!added) return;
      onClose();
      await queries.invalidateQueries({ queryKey: [...adminKeys.accounts] });
    },
  });
  return (
    <Ask
      title={t("admin.apps.addKey")}
      act={t("admin.apps.addKeyAct")}
      busy={add.isPending}
      error={add.error}
      path={path}
      says={{ forbidden: t("admin.apps.givesMore"), conflict: t("admin.apps.keysFull"), "invalid-request": t("admin.apps.keyMistakes.kind") }}
      onAct={() => {
        add.mutate();
      }}
      onClose={onClose}
    >
      <p>{t("admin.apps.addKeyLead")}</p>
      <Field label={t("admin.apps.kid")} hint={t("admin.apps.kidHint")} error={unnamed ? t("admin.apps.kidWrong") : undefined}>
        {(wiring) => (
          <input
            className="field"
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            value={kid}
            onChange={(event) => {
              setKid(event.target.value);
            }}
            {...wiring}
          />
        )}
      </Field>
      <p role="status">{replaces !== "" && t("admin.apps.keyReplaces", { kid: replaces })}</p>
      <Field label={t("admin.apps.keyText")} hint={t("admin.apps.keyTextHint")} error={mistake === undefined ? undefined : t(`admin.apps.keyMistakes.${mistake}`)}>
        {(wiring) => (
          <textarea
            className={`field ${a.key ?? ""}`}
            rows={6}
            autoComplete="off"
            spellCheck={false}
            maxLength={8192}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
            {...wiring}
          />
        )}
      </Field>
    </Ask>
  );
}
