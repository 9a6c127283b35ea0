import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText, Field, Notice } from "../../ui";
import s from "./admin.module.css";

interface ShownSecretProps {
  title: string;
  lead: string;
  label: string;
  secret: string;
  onDone?: () => void;
}

/** A secret that is told once: to be copied, with a warning, until somebody says that they have it. */
export function ShownSecret({ title, lead, label, secret, onDone }: ShownSecretProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<boolean>();
  const field = useRef<HTMLInputElement>(null);
  const copy = () => {
    copyText(secret).then(
      () => {
        setCopied(true);
      },
      () => {
        setCopied(false);
        field.current?.select();
      },
    );
  };
  return (
    <Notice tone="warn" live title={title}>
      <div className={s.part}>
        <p>{lead}</p>
        <Field label={label}>
          {(wiring) => (
            <input
              ref={field}
              className="field"
              readOnly
              spellCheck={false}
              value={secret}
              onFocus={(event) => {
                event.target.select();
              }}
              {...wiring}
            />
          )}
        </Field>
        <div className={s.acts}>
          <button type="button" className="btn primary" onClick={copy}>
            {t("admin.apps.shown.copy")}
          </button>
          {onDone !== undefined && (
            <button type="button" className="btn" onClick={onDone}>
              {t("admin.apps.shown.done")}
            </button>
          )}
          <span role="status">
            {copied === true && t("admin.apps.shown.copied")}
            {copied === false && t("admin.apps.shown.copyFailed")}
          </span>
        </div>
      </div>
    </Notice>
  );
}
