import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putMember, subjectOf, type Member } from "../../../api/members";
import { keys } from "../../../api/queries";
import { Dialog, ErrorNotice } from "../../../ui";
import s from "./members.module.css";
import { RoleFields } from "./RoleFields";
import { momentsOf, termOf, wrongTerm } from "./terms";

export function EditMember({ slug, member, onClose }: { slug: string; member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const before = termOf(member);
  const [role, setRole] = useState(member.role);
  const [term, setTerm] = useState(before);
  const [wrong, setWrong] = useState(false);
  const queries = useQueryClient();
  const save = useMutation({
    // A day that nobody touched stays the moment that it was, wherever it was chosen.
    mutationFn: () => {
      const moments = momentsOf(term);
      if (term.from === before.from && member.notBefore !== undefined) moments.notBefore = member.notBefore;
      if (term.until === before.until && member.notAfter !== undefined) moments.notAfter = member.notAfter;
      return putMember(slug, { subject: subjectOf(member), role, ...moments });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.members(slug) });
      void queries.invalidateQueries({ queryKey: keys.room(slug) }); // it may have been one's own
      onClose();
    },
  });
  return (
    <Dialog title={t("members.editOf", { name: member.name })} onClose={onClose}>
      <form
        className={s.edit}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const mistaken = wrongTerm(term);
          setWrong(mistaken);
          if (!mistaken && !save.isPending) save.mutate();
        }}
      >
        <RoleFields kind={member.kind} role={role} term={term} wrong={wrong} onRole={setRole} onTerm={setTerm} />
        {save.isError && <ErrorNotice error={save.error} />}
        <div className={s.acts}>
          <button type="submit" className="btn primary" disabled={save.isPending}>
            {t("common.save")}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
