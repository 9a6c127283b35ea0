import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useTitle } from "../../../ui";
import { organizations } from "../find";
import { FindField } from "../FindField";
import { useOrganization } from "../reads";
import { Refusal } from "../Refusal";
import { mayChangeListed } from "../rights";
import { holdsEverywhere, organizationsOf } from "../roles";
import type { SectionProps } from "../sections";
import { RoomList } from "./RoomList";

/** The rooms of an organization: the one in the address, or the only one that the reader administers. */
export function RoomsPage({ appointments, rest }: SectionProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const own = organizationsOf(appointments);
  const only = holdsEverywhere(appointments) || own.length !== 1 ? "" : (own[0] ?? "");
  const [choosing, setChoosing] = useState(false);
  const id = choosing ? "" : rest === "" ? only : rest;
  useTitle(t("admin.rooms.name"));
  return (
    <>
      <div>
        <h1>{t("admin.rooms.name")}</h1>
        <p className="muted">{t("admin.rooms.lead")}</p>
      </div>
      {id === "" ? (
        <FindField
          label={t("admin.rooms.organization")}
          hint={t("admin.rooms.choose")}
          finder={organizations}
          path="/admin/rooms"
          chosen={undefined}
          onChoose={(one) => {
            if (one === undefined) return;
            setChoosing(false);
            go(`/admin/rooms/${one.id}`);
          }}
        />
      ) : (
        <OfOne
          key={id}
          id={id}
          may={mayChangeListed(appointments, id)}
          onOther={() => {
            setChoosing(true);
          }}
        />
      )}
    </>
  );
}

function OfOne({ id, may, onOther }: { id: string; may: boolean; onOther: () => void }) {
  const { t } = useTranslation();
  const path = `/admin/rooms/${id}`;
  const organization = useOrganization(id);
  if (organization.isError) return <Refusal error={organization.error} path={path} />;
  return (
    <>
      {organization.isSuccess && (
        <FindField
          label={t("admin.rooms.organization")}
          finder={organizations}
          path={path}
          chosen={{ id, name: organization.data.organization.name }}
          onChoose={onOther}
        />
      )}
      <RoomList organization={id} path={path} may={may} />
    </>
  );
}
