import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { client, data } from "../../../api/client";
import { useTitle } from "../../../ui";
import s from "../admin.module.css";
import { holds, holdsEverywhere, writers } from "../roles";
import type { SectionProps } from "../sections";
import { ExplainRoom } from "./ExplainRoom";
import { Organizations } from "./Organizations";
import { PolicyPart } from "./PolicyPart";
import { RoomPolicyPage } from "./RoomPolicyPage";
import { TemplatePage } from "./TemplatePage";
import { Templates } from "./Templates";
import { UnitPolicyPage, Units } from "./Units";

/** What the platform and organizations decide. In the address: nothing, an organization, one and its template or unit, or a room. */
export function PoliciesPage({ appointments, rest }: SectionProps) {
  const { t } = useTranslation();
  const [organization = "", part, template] = rest.split("/");
  const may = holds(appointments, writers);
  useTitle(t("admin.policies.name"));
  if (organization !== "" && part === "templates" && template !== undefined) return <TemplatePage organization={organization} id={template} may={may} />;
  if (organization === "rooms" && part !== undefined) return <RoomPolicyPage slug={part} may={may} />;
  if (organization !== "" && part === "units" && template !== undefined) return <UnitPolicyPage organization={organization} unit={template} may={may} />;
  if (organization !== "") return <OfOrganization id={organization} may={may} />;
  return (
    <>
      <div>
        <h1>{t("admin.policies.name")}</h1>
        <p className="muted">{t("admin.policies.lead")}</p>
      </div>
      <Organizations />
      <ExplainRoom />
      {holdsEverywhere(appointments) && (
        <section className={s.part} aria-labelledby="policies-platform">
          <h2 id="policies-platform">{t("admin.policies.platform")}</h2>
          <PolicyPart place={{}} may={holdsEverywhere(appointments, writers)} />
        </section>
      )}
    </>
  );
}

function OfOrganization({ id, may }: { id: string; may: boolean }) {
  const { t } = useTranslation();
  const organization = useQuery({
    queryKey: ["policy", "organization", id],
    queryFn: ({ signal }) => data(client.GET("/organizations/{id}", { params: { path: { id } }, signal })),
  });
  return (
    <>
      <div>
        <h1>
          <bdi>{organization.data?.name ?? t("admin.policies.organization")}</bdi>
        </h1>
        <p className="muted">{t("admin.policies.lead")}</p>
      </div>
      <Link href="/admin/policies">{t("admin.policies.whole")}</Link>
      <section className={s.part} aria-labelledby="policies-here">
        <h2 id="policies-here">{t("admin.policies.here")}</h2>
        <PolicyPart place={{ organization: id }} may={may} />
      </section>
      <Units organization={id} />
      <Templates organization={id} may={may} />
    </>
  );
}
