import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { getPolicy, placeRoom } from "../../../api/policies";
import { keys } from "../../../api/queries";
import { named, SelectField } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { PolicyPart } from "./PolicyPart";
import { useUnits } from "./Units";

/** What is decided for one room, and to which unit it belongs. */
export function RoomPolicyPage({ slug, may }: { slug: string; may: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <div>
        <h1>{t("admin.policies.roomName", { slug })}</h1>
        <p className="muted">{t("admin.policies.roomLead")}</p>
      </div>
      <Link href="/admin/policies">{t("admin.policies.whole")}</Link>
      {may && <UnitOfRoom slug={slug} />}
      <section className={s.part} aria-labelledby="policies-here">
        <h2 id="policies-here">{t("admin.policies.here")}</h2>
        <PolicyPart place={{ room: slug }} may={may} />
      </section>
    </>
  );
}

function UnitOfRoom({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const policy = useQuery({ queryKey: keys.policy({ room: slug }), queryFn: ({ signal }) => getPolicy({ room: slug }, signal), staleTime: 0, refetchOnWindowFocus: false });
  const { organization = "", unit = "" } = policy.data?.now ?? {};
  const units = useUnits(organization, organization !== "").data ?? [];
  const place = useMutation({
    mutationFn: (to: string) => placeRoom(slug, to),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["policy"] }),
  });
  if (units.length === 0) return null;
  return (
    <>
      <SelectField
        label={t("admin.policies.unitOfRoom")}
        hint={t("admin.policies.unitOfRoomHint")}
        disabled={place.isPending}
        any={t("admin.policies.noUnit")}
        options={named(units)}
        value={place.isPending ? place.variables : unit}
        onChoose={(to) => {
          place.mutate(to);
        }}
      />
      {place.isError && <Refusal error={place.error} path={`/admin/policies/rooms/${slug}`} />}
    </>
  );
}
