import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { listOffices, type Office, type OfficeSeat } from "../../../api/offices";
import { currentLanguage } from "../../../i18n";
import { Busy } from "../../../ui";
import { dayOf } from "../../../ui/time";
import s from "../admin.module.css";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { OfficeAct, type OfficeAsked } from "./OfficeAct";
import { Ownerless } from "./Ownerless";

interface OfficesProps {
  organization: string;
  may: boolean;
  path: string;
}

/** The offices of an organization with who holds them, who stands in and what they own, and the rooms that nobody owns. */
export function Offices({ organization, may, path }: OfficesProps) {
  const { t } = useTranslation();
  const offices = useQuery({ queryKey: adminKeys.offices(organization), queryFn: ({ signal }) => listOffices(organization, signal), staleTime: 0 });
  const [asked, setAsked] = useState<OfficeAsked>();
  return (
    <>
      <section className={s.part}>
        <h2>{t("admin.organizations.partNames.offices")}</h2>
        <p className="muted">{t("admin.organizations.office.lead")}</p>
        {offices.isPending && <Busy label={t("common.loading")} />}
        {offices.isError && <Refusal error={offices.error} path={path} />}
        {offices.data?.length === 0 && <p>{t("admin.organizations.office.none")}</p>}
        {offices.data?.map((office) => (
          <Card key={office.id} office={office} may={may} onAsk={setAsked} />
        ))}
        {may && offices.isSuccess && (
          <div>
            <button
              type="button"
              className="btn"
              onClick={() => {
                setAsked({ act: "add" });
              }}
            >
              {t("admin.organizations.office.add")}
            </button>
          </div>
        )}
        {asked !== undefined && (
          <OfficeAct
            organization={organization}
            asked={asked}
            path={path}
            onClose={() => {
              setAsked(undefined);
            }}
          />
        )}
      </section>
      <Ownerless organization={organization} offices={offices.data ?? []} may={may} path={path} />
    </>
  );
}

interface CardProps {
  office: Office;
  may: boolean;
  onAsk: (asked: OfficeAsked) => void;
}

function Card({ office, may, onAsk }: CardProps) {
  const { t } = useTranslation();
  const { name } = office;
  return (
    <section className={`card ${s.form ?? ""}`} aria-label={name}>
      <h3>
        <bdi>{name}</bdi>
      </h3>
      {office.vacant && <p className="small">{t("admin.organizations.office.vacant")}</p>}
      {office.people.length > 0 && (
        <ul className="rows">
          {office.people.map((seat) => (
            <Seat key={seat.person} office={office} seat={seat} may={may} onAsk={onAsk} />
          ))}
        </ul>
      )}
      <div>
        <div className="small muted">{t("admin.organizations.office.rooms")}</div>
        {office.rooms.length === 0 && <p>{t("admin.organizations.office.noRooms")}</p>}
        {office.rooms.map((room) => (
          <div key={room.slug}>
            <Link href={`/rooms/${room.slug}`}>
              <bdi>{room.name}</bdi>
            </Link>
          </div>
        ))}
      </div>
      {may && (
        <div className={s.acts}>
          {(["seat", "rename", "delete"] as const).map((act) => (
            <button
              key={act}
              type="button"
              className="btn"
              aria-label={t(`admin.organizations.office.${act}Of`, { name })}
              onClick={() => {
                onAsk({ act, office });
              }}
            >
              {t(`admin.organizations.office.${act}`)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

function Seat({ office, seat, may, onAsk }: CardProps & { seat: OfficeSeat }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <li>
      <div>
        <Link href={`/admin/people/${seat.person}`}>
          <bdi>{seat.name}</bdi>
        </Link>
        <div className="small muted">
          {seat.kind === "holder" ? t("admin.organizations.office.holder") : t(`admin.organizations.office.deputyAs.${seat.role}`)}
          {seat.from !== undefined && ` · ${t("admin.organizations.office.since", { date: dayOf(seat.from, language) })}`}
          {seat.until !== undefined && ` · ${t("admin.organizations.office.upTo", { date: dayOf(lastDay(seat.until), language) })}`}
        </div>
        {seat.closed === true && <div className="small">{t("admin.people.closed")}</div>}
      </div>
      {may && (
        <button
          type="button"
          className="btn quiet"
          aria-label={t("admin.organizations.office.leaveOf", { name: seat.name })}
          onClick={() => {
            onAsk({ act: "leave", office, seat });
          }}
        >
          {t("admin.organizations.office.leave")}
        </button>
      )}
    </li>
  );
}

/** The day on which something ends: until is the first moment after it. */
const lastDay = (until: string) => new Date(new Date(until).getTime() - 1).toISOString();
