import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../../../ui";
import { Ask } from "../Ask";

const most = 300;

interface WithReasonProps<T> {
  /** The word on the button and on the dialog. */
  act: string;
  /** The same with whom or what it is about, where buttons of the same word stand beside each other. */
  whole?: string;
  lead: string;
  danger?: boolean;
  path: string;
  says?: Partial<Record<string, string>>;
  run: (reason: string) => Promise<T>;
  onDone: (answer: T) => void;
}

/** A button for what is done to a meeting of others: it asks whether it is meant, and why. */
export function WithReason<T>({ act, whole = act, lead, danger = false, path, says = {}, run, onDone }: WithReasonProps<T>) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const given = reason.trim();
  const doing = useMutation({
    mutationFn: () => run(given),
    onSuccess: (answer) => {
      setAsked(false);
      onDone(answer);
    },
  });
  return (
    <>
      <button
        type="button"
        className={danger ? "btn danger" : "btn"}
        aria-label={whole}
        onClick={() => {
          doing.reset();
          setReason("");
          setTried(false);
          setAsked(true);
        }}
      >
        {act}
      </button>
      {asked && (
        <Ask
          title={whole}
          act={act}
          danger={danger}
          busy={doing.isPending}
          error={doing.error}
          path={path}
          says={says}
          onAct={() => {
            setTried(true);
            if (given !== "") doing.mutate();
          }}
          onClose={() => {
            setAsked(false);
          }}
        >
          <p>{lead}</p>
          <Field label={t("admin.live.reason")} hint={t("admin.live.reasonHint")} error={tried && given === "" ? t("admin.live.reasonNeeded") : undefined}>
            {(wiring) => (
              <input
                className="field"
                maxLength={most}
                value={reason}
                onChange={(event) => {
                  setReason(event.target.value);
                }}
                {...wiring}
              />
            )}
          </Field>
        </Ask>
      )}
    </>
  );
}
