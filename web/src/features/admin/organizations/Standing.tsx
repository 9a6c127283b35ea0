import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization, OrganizationState } from "../../../api/administration";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { useChange, type PartProps } from "./useChange";

type Act = "accept" | "refuse";
const leadsTo: Record<Act, OrganizationState> = { accept: "active", refuse: "refused" };
const possible: Record<OrganizationState, readonly Act[]> = { pending: ["accept", "refuse"], refused: ["accept"], active: [] };

/** Accepts or refuses an organization that waits, and accepts one that was refused. */
export function Standing({ organization, etag, path, onReread }: PartProps & { organization: Organization }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Act>();
  const change = useChange(organization.id, etag, () => {
    setAsked(undefined);
  });
  const { name } = organization;
  const close = () => {
    setAsked(undefined);
    change.reset();
  };
  if (possible[organization.state].length === 0) return null;
  return (
    <div className={s.acts}>
      {possible[organization.state].map((act) => (
        <button
          key={act}
          type="button"
          className={act === "accept" ? "btn primary" : "btn danger"}
          onClick={() => {
            setAsked(act);
          }}
        >
          {t(`admin.organizations.${act}`)}
        </button>
      ))}
      {asked !== undefined && (
        <Ask
          title={t(`admin.organizations.${asked}Of`, { name })}
          act={t(`admin.organizations.${asked}`)}
          danger={asked === "refuse"}
          busy={change.isPending}
          error={change.error}
          path={path}
          onReread={() => {
            close();
            void onReread();
          }}
          onAct={() => {
            change.mutate({ state: leadsTo[asked] });
          }}
          onClose={close}
        >
          <p>{t(`admin.organizations.${asked}Lead`)}</p>
        </Ask>
      )}
    </div>
  );
}
