import { LogOut, Settings2, UserRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { signOut } from "../api/session";
import { isFramed, openOutside } from "../browser/frame";
import { Avatar, Dialog, ErrorNotice, Menu } from "../ui";
import s from "./app.module.css";

export function AccountMenu({ name, administers }: { name: string; administers: boolean }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [failure, setFailure] = useState<unknown>();
  const leave = () => {
    signOut().then((to) => {
      if (!isFramed()) {
        location.assign(to);
        return;
      }
      if (new URL(to, location.href).origin !== location.origin) openOutside(to);
      location.reload(); // a frame shows this page alone
    }, setFailure);
  };
  return (
    <>
      <Menu
        label={t("common.account")}
        button={(wiring) => (
          <button type="button" className={s.me} title={name} {...wiring}>
            <Avatar name={name} />
            <span className="visually-hidden">{t("common.accountOf", { name })}</span>
          </button>
        )}
        entries={[
          {
            key: "account",
            label: t("common.account"),
            icon: <UserRound className="ico" aria-hidden="true" />,
            onSelect: () => {
              go("/account");
            },
          },
          ...(administers
            ? [
                {
                  key: "admin",
                  label: t("common.administration"),
                  icon: <Settings2 className="ico" aria-hidden="true" />,
                  onSelect: () => {
                    go("/admin");
                  },
                },
              ]
            : []),
          { key: "out", label: t("common.signOut"), icon: <LogOut className="ico" aria-hidden="true" />, onSelect: leave },
        ]}
      />
      {failure !== undefined && (
        <Dialog
          title={t("common.signOut")}
          onClose={() => {
            setFailure(undefined);
          }}
        >
          <ErrorNotice error={failure} />
        </Dialog>
      )}
    </>
  );
}
