import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { putMember, type GivenMember } from "../../../api/members";
import { keys } from "../../../api/queries";
import type { Role } from "../../../api/types";
import { ErrorNotice } from "../../../ui";
import { WhoField, type Chosen } from "../../people";
import s from "./members.module.css";
import { RoleFields } from "./RoleFields";
import { forGood, momentsOf, wrongTerm, type Term } from "./terms";

/** Who first, then which role and for how long. */
export function AddMember({ slug, onGiven }: { slug: string; onGiven: (given: GivenMember) => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Chosen>();
  const [typed, setTyped] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [term, setTerm] = useState<Term>(forGood);
  const [wrong, setWrong] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const give = useMutation({
    mutationFn: (to: Chosen) => putMember(slug, { subject: to.subject, role, ...momentsOf(term) }),
    onSuccess: (given) => {
      clear(undefined);
      // The link of an invitation is shown once: the focus is the link's.
      if (given.invitation === undefined) focusFirst();
      setRole("member");
      setTerm(forGood);
      onGiven(given);
      void queries.invalidateQueries({ queryKey: keys.members(slug) });
    },
  });
  const clear = (who: Chosen | undefined) => {
    setChosen(who);
    setWrong(false);
    give.reset();
  };
  // The field that one was in goes away: the focus goes on to the next, or back to the first.
  const focusFirst = () => requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("select, input")?.focus());
  const begin = (who: Chosen | undefined) => {
    clear(who);
    focusFirst();
  };
  return (
    <form
      ref={form}
      className={`card ${s.add ?? ""}`}
      noValidate
      aria-label={t("members.add")}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === undefined || give.isPending) return;
        const mistaken = wrongTerm(term);
        setWrong(mistaken);
        if (!mistaken) give.mutate(chosen);
      }}
    >
      <h3>{t("members.add")}</h3>
      {chosen === undefined ? (
        <WhoField text={typed} onText={setTyped} onChoose={begin} />
      ) : (
        <>
          <div className={s.chosen}>
            <strong>
              <bdi>{chosen.name}</bdi>
            </strong>
            <button
              type="button"
              className="btn"
              onClick={() => {
                begin(undefined);
              }}
            >
              {t("members.another")}
            </button>
          </div>
          <RoleFields kind={chosen.subject.kind} role={role} term={term} wrong={wrong} onRole={setRole} onTerm={setTerm} />
          <div>
            <button type="submit" className="btn primary" disabled={give.isPending}>
              {chosen.subject.kind === "email" ? t("members.makeInvitation") : t("members.addOne")}
            </button>
          </div>
        </>
      )}
      {give.isError && <ErrorNotice error={give.error} />}
    </form>
  );
}
