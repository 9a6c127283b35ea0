import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "../../api/queries";
import { endSignIn } from "../../api/session";
import type { SignIn } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { ErrorNotice } from "../../ui";
import { dateOf, since } from "../../ui/time";
import s from "./account.module.css";
import { deviceOf } from "./device";

/** `onEnded` runs before the row goes: the focus was in it and needs another place. */
export function SignInRow({ signIn, onEnded }: { signIn: SignIn; onEnded: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const language = currentLanguage();
  const { browser, system } = deviceOf(signIn.userAgent);
  const device =
    browser !== "" && system !== "" ? t("account.device", { browser, system }) : browser || system || t("account.unknownDevice");
  const end = useMutation({
    mutationFn: () => endSignIn(signIn.id),
    onSuccess: onEnded,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.signIns }),
  });
  return (
    <li className={s.item}>
      <div>
        <div className={s.device}>
          <strong>{device}</strong>
          {signIn.current && <span className="tag">{t("account.current")}</span>}
        </div>
        <div className="small muted">{t("account.signedInAt", { date: dateOf(signIn.createdAt, language) })}</div>
        <div className="small muted">
          {t("account.lastSeen", { when: since(signIn.lastSeenAt, language) })}
          {signIn.network !== "" && ` · ${t("account.network", { network: signIn.network })}`}
        </div>
      </div>
      {!signIn.current && (
        <button
          type="button"
          className="btn"
          disabled={end.isPending}
          aria-label={t("account.revokeOf", { device })}
          onClick={() => {
            end.mutate();
          }}
        >
          {t("account.revoke")}
        </button>
      )}
      {end.isError && <ErrorNotice error={end.error} />}
    </li>
  );
}
