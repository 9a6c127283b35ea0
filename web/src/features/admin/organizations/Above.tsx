import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "../../../api/administration";
import { Dialog } from "../../../ui";
import s from "../admin.module.css";
import { organizations } from "../find";
import { FindField } from "../FindField";
import { Refusal } from "../Refusal";
import { useChange, type PartProps } from "./useChange";

/** Places an organization below another one, or at the top. */
export function Above({ organization, etag, path, onReread }: PartProps & { organization: Organization }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const change = useChange(organization.id, etag, () => {
    setAsked(false);
  });
  const close = () => {
    setAsked(false);
    change.reset();
  };
  return (
    <div>
      <button
        type="button"
        className="btn"
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.organizations.place")}
      </button>
      {asked && (
        <Dialog title={t("admin.organizations.placeOf", { name: organization.name })} onClose={close}>
          <div className={s.part}>
            <p>{t("admin.organizations.placeLead")}</p>
            <FindField
              label={t("admin.organizations.search")}
              hint={t("admin.organizations.searchHint")}
              finder={organizations}
              path={path}
              suits={({ id }) => id !== organization.id}
              chosen={undefined}
              onChoose={(one) => {
                if (one !== undefined) change.mutate({ parent: one.id });
              }}
            />
            {change.isError && (
              <Refusal
                error={change.error}
                path={path}
                says={{ conflict: t("admin.organizations.cycle") }}
                onReread={() => {
                  close();
                  void onReread();
                }}
              />
            )}
            {organization.parent !== undefined && (
              <div>
                <button
                  type="button"
                  className="btn"
                  disabled={change.isPending}
                  onClick={() => {
                    change.mutate({ parent: null });
                  }}
                >
                  {t("admin.organizations.toTop")}
                </button>
              </div>
            )}
          </div>
        </Dialog>
      )}
    </div>
  );
}
