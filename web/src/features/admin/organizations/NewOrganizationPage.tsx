import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { createOrganization } from "../../../api/administration";
import { randomId } from "../../../api/rooms";
import { useTitle } from "../../../ui";
import s from "../admin.module.css";
import { organizations, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { administersAll } from "../rights";
import type { Appointment } from "../roles";
import { OrganizationFields, type Written } from "./OrganizationFields";

const path = "/admin/organizations/new";

/** Makes an organization. Who does not administer the platform names one of their own above it. */
export function NewOrganizationPage({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [key, setKey] = useState(randomId);
  const [written, setWritten] = useState<Written>({ name: "", kind: "other", contact: "" });
  const [upper, setUpper] = useState<Found>();
  useTitle(t("admin.organizations.new"));
  const make = useMutation({
    mutationFn: () => {
      const contact = written.contact.trim();
      const body = { name: written.name.trim(), kind: written.kind, ...(contact === "" ? {} : { contact }), ...(upper === undefined ? {} : { parent: upper.id }) };
      return createOrganization(body, key);
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: [...adminKeys.organizations] });
      go(`/admin/organizations/${made.id}`);
    },
    // What is sent next may be something else.
    onError: () => {
      setKey(randomId());
    },
  });
  const needsUpper = !administersAll(appointments);
  return (
    <>
      <div className={s.part}>
        <Link href="/admin/organizations">{t("admin.organizations.all")}</Link>
        <h1>{t("admin.organizations.new")}</h1>
      </div>
      <section className={s.part}>
        <h2>{t("admin.organizations.above")}</h2>
        {upper === undefined && <p className="muted">{t(needsUpper ? "admin.organizations.aboveNeeded" : "admin.organizations.aboveFree")}</p>}
        <FindField
          label={t("admin.organizations.search")}
          hint={t("admin.organizations.searchHint")}
          finder={organizations}
          path={path}
          chosen={upper}
          onChoose={setUpper}
        />
      </section>
      <form
        className={`card ${s.form ?? ""}`}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <OrganizationFields written={written} onWrite={setWritten} />
        {make.isError && <Refusal error={make.error} path={path} />}
        <div>
          <button type="submit" className="btn primary" disabled={make.isPending || written.name.trim() === "" || (needsUpper && upper === undefined)}>
            {t("admin.organizations.make")}
          </button>
        </div>
      </form>
    </>
  );
}
