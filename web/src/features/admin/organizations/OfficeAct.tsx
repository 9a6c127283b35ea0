import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addOffice, deleteOffice, leaveOffice, renameOffice, seatInOffice, type Office, type OfficeSeat } from "../../../api/offices";
import { Field, SelectField } from "../../../ui";
import { Ask } from "../Ask";
import { people, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys } from "../reads";

/** What somebody wants to do with an office. */
export type OfficeAsked = { act: "add" } | { act: "rename" | "delete" | "seat"; office: Office } | { act: "leave"; office: Office; seat: OfficeSeat };

interface OfficeActProps {
  organization: string;
  asked: OfficeAsked;
  path: string;
  onClose: () => void;
}

type Kind = "holder" | "deputy-owner" | "deputy-moderator";
const kinds: readonly Kind[] = ["holder", "deputy-owner", "deputy-moderator"];

/** Adds, renames or deletes an office, and says who is in it. */
export function OfficeAct({ organization, asked, path, onClose }: OfficeActProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(asked.act === "rename" ? asked.office.name : "");
  const [person, setPerson] = useState<Found>();
  const [kind, setKind] = useState<Kind>("holder");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [tried, setTried] = useState(false);
  const reversed = from !== "" && until !== "" && until < from;
  const reread = () =>
    Promise.all([queries.invalidateQueries({ queryKey: adminKeys.offices(organization) }), queries.invalidateQueries({ queryKey: adminKeys.ownerless(organization) })]);
  const act = useMutation({
    mutationFn: async () => {
      switch (asked.act) {
        case "add":
          await addOffice(organization, { name: name.trim() });
          break;
        case "rename":
          await renameOffice(organization, asked.office, name.trim());
          break;
        case "delete":
          await deleteOffice(organization, asked.office.id);
          break;
        case "seat":
          await seatInOffice(organization, asked.office.id, person?.id ?? "", {
            kind: kind === "holder" ? "holder" : "deputy",
            ...(kind === "holder" ? {} : { role: kind === "deputy-owner" ? "owner" : "moderator" }),
            ...(from === "" ? {} : { from: startOf(from) }),
            ...(until === "" ? {} : { until: startOf(until, 1) }),
          });
          break;
        case "leave":
          await leaveOffice(organization, asked.office.id, asked.seat.person);
      }
    },
    onSuccess: () => {
      onClose();
      return reread();
    },
  });
  const title = titleOf();
  function titleOf() {
    if (asked.act === "add") return t("admin.organizations.office.add");
    return t(`admin.organizations.office.${asked.act}Of`, { name: asked.act === "leave" ? asked.seat.name : asked.office.name });
  }
  return (
    <Ask
      title={title}
      act={t(`admin.organizations.office.${asked.act}`)}
      danger={asked.act === "delete" || asked.act === "leave"}
      busy={act.isPending || (asked.act === "seat" && person === undefined)}
      error={act.error}
      path={path}
      says={{ conflict: t(`admin.organizations.office.${asked.act}Conflict`) }}
      onReread={() => {
        onClose();
        void reread();
      }}
      onAct={() => {
        setTried(true);
        if (!reversed) act.mutate();
      }}
      onClose={onClose}
    >
      {(asked.act === "delete" || asked.act === "leave") && <p>{t(`admin.organizations.office.${asked.act}Lead`)}</p>}
      {(asked.act === "add" || asked.act === "rename") && (
        <Field label={t("admin.organizations.office.name")} hint={t("admin.organizations.office.nameHint")}>
          {(wiring) => (
            <input
              className="field"
              required
              maxLength={200}
              autoComplete="off"
              value={name}
              onChange={(event) => {
                setName(event.target.value);
              }}
              {...wiring}
            />
          )}
        </Field>
      )}
      {asked.act === "seat" && (
        <>
          <FindField
            label={t("admin.organizations.office.who")}
            hint={t("admin.organizations.office.whoHint")}
            finder={people} path={path}
            suits={(one) => one.organization === organization}
            chosen={person}
            onChoose={setPerson}
          />
          <SelectField label={t("admin.organizations.office.kind")} options={kinds.map((value) => ({ value, label: t(`admin.organizations.office.kinds.${value}`) }))} value={kind} onChoose={setKind} />
          <Day label={t("admin.organizations.office.from")} hint={t("admin.organizations.office.fromHint")} value={from} onChange={setFrom} />
          <Day
            label={t("admin.organizations.office.until")}
            hint={t(kind === "holder" ? "admin.organizations.office.untilHint" : "admin.organizations.office.untilDeputyHint")}
            error={tried && reversed ? t("admin.organizations.office.untilWrong") : undefined}
            required={kind !== "holder"}
            value={until}
            onChange={setUntil}
          />
        </>
      )}
    </Ask>
  );
}

interface DayProps {
  label: string;
  hint: string;
  error?: string | undefined;
  required?: boolean;
  value: string;
  onChange: (day: string) => void;
}

function Day({ label, hint, error, required = false, value, onChange }: DayProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <input
          className="field"
          type="date"
          required={required}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          {...wiring}
        />
      )}
    </Field>
  );
}

/** The first moment of a day where the reader is, or of one some days later. */
function startOf(day: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
