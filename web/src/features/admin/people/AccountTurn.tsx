import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { closeAccount, openAccount, type Person } from "../../../api/administration";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";

/** Closes an account, or opens it again, after a question. */
export function AccountTurn({ person, path }: { person: Person; path: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const open = person.deactivatedAt === undefined;
  const turn = useMutation({
    mutationFn: () => (open ? closeAccount(person.id) : openAccount(person.id)),
    onSuccess: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: [...adminKeys.people] });
    },
  });
  const whole = t(open ? "admin.people.closeOf" : "admin.people.openOf", { name: person.name });
  const word = t(open ? "admin.people.close" : "admin.people.open");
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-label={whole}
        onClick={() => {
          setAsked(true);
        }}
      >
        {word}
      </button>
      {asked && (
        <Ask
          title={whole}
          act={word}
          danger={open}
          busy={turn.isPending}
          error={turn.error}
          path={path}
          says={{ conflict: t("admin.people.mergedAlready") }}
          onAct={() => {
            turn.mutate();
          }}
          onClose={() => {
            setAsked(false);
            turn.reset();
          }}
        >
          <p>{t(open ? "admin.people.closeLead" : "admin.people.openLead")}</p>
        </Ask>
      )}
    </>
  );
}
