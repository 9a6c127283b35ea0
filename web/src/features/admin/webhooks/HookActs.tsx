import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { deleteHook, enableHook, rotateHook, testHook, type Hook } from "../../../api/software";
import { SelectField } from "../../../ui";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { ShownSecret } from "../ShownSecret";

interface HookActsProps {
  hook: Hook;
  path: string;
  onChange: () => void;
}

/** What can be done with a webhook. */
export function HookActs({ hook, path, onChange }: HookActsProps) {
  const { t } = useTranslation();
  const [given, setGiven] = useState<string>();
  const queries = useQueryClient();
  const reread = () => Promise.all([adminKeys.hooks, adminKeys.deliveries(hook.id)].map((key) => queries.invalidateQueries({ queryKey: [...key] })));
  const test = useMutation({ mutationFn: () => testHook(hook.id), onSuccess: reread });
  const enable = useMutation({ mutationFn: () => enableHook(hook.id), onSuccess: reread });
  const failed = test.error ?? enable.error;
  return (
    <div className={s.part}>
      {given !== undefined && (
        <ShownSecret
          title={t("admin.webhooks.shown.title")}
          lead={t("admin.webhooks.shown.lead")}
          label={t("admin.webhooks.shown.secret")}
          secret={given}
          onDone={() => {
            setGiven(undefined);
          }}
        />
      )}
      <div className={s.acts}>
        <button type="button" className="btn" onClick={onChange}>
          {t("admin.webhooks.change")}
        </button>
        {hook.state === "active" ? (
          <button
            type="button"
            className="btn"
            disabled={test.isPending}
            onClick={() => {
              test.mutate();
            }}
          >
            {t("admin.webhooks.test")}
          </button>
        ) : (
          <button
            type="button"
            className="btn"
            disabled={enable.isPending}
            onClick={() => {
              enable.mutate();
            }}
          >
            {t("admin.webhooks.enable")}
          </button>
        )}
        <Rotate hook={hook} path={path} onGiven={setGiven} />
        <Delete hook={hook} path={path} />
        <span role="status">
          {test.isSuccess && t("admin.webhooks.tested")}
          {enable.isSuccess && t("admin.webhooks.enabled")}
        </span>
      </div>
      {failed !== null && <Refusal error={failed} path={path} says={{ conflict: t("admin.webhooks.enableConflict") }} onReread={() => void reread()} />}
    </div>
  );
}

const overlaps = ["0", "60", "1440", "10080"] as const;
type Overlap = (typeof overlaps)[number];

function Rotate({ hook, path, onGiven }: { hook: Hook; path: string; onGiven: (secret: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [overlap, setOverlap] = useState<Overlap>("1440");
  const rotate = useMutation({
    mutationFn: () => rotateHook(hook.id, Number(overlap)),
    onSuccess: async ({ secret }) => {
      setAsked(false);
      if (secret !== undefined) onGiven(secret);
      await queries.invalidateQueries({ queryKey: [...adminKeys.hooks] });
    },
  });
  return (
    <>
      <button
        type="button"
        className="btn"
        onClick={() => {
          rotate.reset();
          setAsked(true);
        }}
      >
        {t("admin.webhooks.rotate")}
      </button>
      {asked && (
        <Ask
          title={t("admin.webhooks.rotate")}
          act={t("admin.webhooks.rotate")}
          busy={rotate.isPending}
          error={rotate.error}
          path={path}
          onAct={() => {
            rotate.mutate();
          }}
          onClose={() => {
            setAsked(false);
          }}
        >
          <p>{t("admin.webhooks.rotateLead")}</p>
          <SelectField label={t("admin.webhooks.overlap")} options={overlaps.map((value) => ({ value, label: t(`admin.webhooks.overlaps.${value}`) }))} value={overlap} onChoose={setOverlap} />
        </Ask>
      )}
    </>
  );
}

function Delete({ hook, path }: { hook: Hook; path: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteHook(hook.id),
    onSuccess: async () => {
      go("/admin/webhooks");
      await queries.invalidateQueries({ queryKey: [...adminKeys.hooks, "list"] });
    },
  });
  return (
    <>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.webhooks.remove")}
      </button>
      {asked && (
        <Ask
          title={t("admin.webhooks.removeOf", { url: hook.url })}
          act={t("admin.webhooks.remove")}
          danger
          busy={remove.isPending}
          error={remove.error}
          path={path}
          onAct={() => {
            remove.mutate();
          }}
          onClose={() => {
            setAsked(false);
            remove.reset();
          }}
        >
          <p>{t("admin.webhooks.removeLead")}</p>
        </Ask>
      )}
    </>
  );
}
