import { Check, Link } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import s from "./ui.module.css";

/** Copies a link and says so in place; where the browser refuses, shows the link itself. */
export function CopyButton({ url, of, className = "btn" }: { url: string; of?: string; className?: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => {
      setState("idle");
    }, 2500);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);
  const copy = () => {
    copyText(url).then(
      () => {
        setState("copied");
      },
      () => {
        setState("failed");
      },
    );
  };
  const Icon = state === "copied" ? Check : Link;
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={of === undefined || state === "copied" ? undefined : t("common.copyLinkOf", { name: of })}
        onClick={copy}
      >
        <Icon className="ico" aria-hidden="true" />
        <span>{state === "copied" ? t("common.copied") : t("common.copyLink")}</span>
      </button>
      <span role="status" className={state === "failed" ? s.copyFallback : "visually-hidden"}>
        {state === "copied" && t("common.copied")}
        {state === "failed" && t("common.copyFailed", { url })}
      </span>
    </>
  );
}

export async function copyText(text: string): Promise<void> {
  if (!("clipboard" in navigator)) throw new Error("no clipboard on this address");
  await navigator.clipboard.writeText(text);
}
