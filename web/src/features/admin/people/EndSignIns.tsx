import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endSignInsOf, type Person } from "../../../api/administration";
import { Ask } from "../Ask";

/** Signs somebody out on all devices. */
export function EndSignIns({ person, path }: { person: Person; path: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const end = useMutation({
    mutationFn: () => endSignInsOf(person.id),
    onSuccess: () => {
      setAsked(false);
    },
  });
  const whole = t("admin.people.signOutOf", { name: person.name });
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-label={whole}
        onClick={() => {
          end.reset();
          setAsked(true);
        }}
      >
        {t("admin.people.signOut")}
      </button>
      <span role="status">{end.isSuccess && t("admin.people.signedOut")}</span>
      {asked && (
        <Ask
          title={whole}
          act={t("admin.people.signOut")}
          danger
          busy={end.isPending}
          error={end.error}
          path={path}
          onAct={() => {
            end.mutate();
          }}
          onClose={() => {
            setAsked(false);
            end.reset();
          }}
        >
          <p>{t("admin.people.signOutLead")}</p>
        </Ask>
      )}
    </>
  );
}
