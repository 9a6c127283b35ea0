import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization, VersionedOrganization } from "../../../api/administration";
import { currentLanguage } from "../../../i18n";
import { dayOf } from "../../../ui/time";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { Above } from "./Above";
import { OrganizationFields, type Written } from "./OrganizationFields";
import { useChange, type PartProps } from "./useChange";

interface FactsProps extends PartProps {
  organization: Organization;
  above: readonly Organization[];
  may: boolean;
  mayPlace: boolean;
}

/** What an organization is called and who answers for it, and what stands above. */
export function Facts({ organization, etag, above, may, mayPlace, path, onReread }: FactsProps) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState(false);
  // The form keeps the version that it was begun on: what is typed does not go when the page reads again.
  const [begun, setBegun] = useState<VersionedOrganization>({ organization, etag });
  const [upper] = above;
  return (
    <section className={s.part}>
      <h2>{t("admin.organizations.partNames.facts")}</h2>
      <dl className={`card ${s.facts ?? ""}`}>
        {!may && (
          <>
            <dt>{t("admin.organizations.kind")}</dt>
            <dd>{t(`admin.organizations.kinds.${organization.kind}`)}</dd>
            <dt>{t("admin.organizations.contact")}</dt>
            <dd>{organization.contact ?? t("admin.organizations.noContact")}</dd>
          </>
        )}
        <dt>{t("admin.organizations.above")}</dt>
        <dd>
          <bdi>{upper?.name ?? t(organization.parent === undefined ? "admin.organizations.top" : "admin.organizations.unseen")}</bdi>
        </dd>
        <dt>{t("admin.organizations.since")}</dt>
        <dd>{dayOf(organization.createdAt, currentLanguage())}</dd>
      </dl>
      {mayPlace && <Above organization={organization} etag={etag} path={path} onReread={onReread} />}
      {may && (
        <Edit
          key={begun.etag}
          begun={begun}
          path={path}
          onReread={async () => {
            const now = await onReread();
            if (now !== undefined) setBegun(now);
          }}
          onEdit={() => {
            setSaved(false);
          }}
          onSaved={(now) => {
            setBegun(now);
            setSaved(true);
          }}
        />
      )}
      <p role="status">{saved && t("admin.saved")}</p>
    </section>
  );
}

interface EditProps {
  begun: VersionedOrganization;
  path: string;
  onReread: () => Promise<void>;
  onEdit: () => void;
  onSaved: (now: VersionedOrganization) => void;
}

function Edit({ begun: { organization, etag }, path, onReread, onEdit, onSaved }: EditProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState<Written>({ name: organization.name, kind: organization.kind, contact: organization.contact ?? "" });
  const change = useChange(organization.id, etag, onSaved);
  const name = written.name.trim();
  const contact = written.contact.trim();
  const wanted = {
    ...(name === organization.name ? {} : { name }),
    ...(written.kind === organization.kind ? {} : { kind: written.kind }),
    ...(contact === (organization.contact ?? "") ? {} : { contact: contact === "" ? null : contact }),
  };
  return (
    <form
      className={`card ${s.form ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        onEdit();
        change.mutate(wanted);
      }}
    >
      <OrganizationFields
        written={written}
        onWrite={(now) => {
          onEdit();
          setWritten(now);
        }}
      />
      {change.isError && <Refusal error={change.error} path={path} onReread={() => void onReread()} />}
      <div>
        <button type="submit" className="btn primary" disabled={change.isPending || Object.keys(wanted).length === 0}>
          {t("common.save")}
        </button>
      </div>
    </form>
  );
}
