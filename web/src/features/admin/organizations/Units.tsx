import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Unit } from "../../../api/administration";
import { currentLanguage } from "../../../i18n";
import { Busy } from "../../../ui";
import s from "../admin.module.css";
import { useUnits } from "../reads";
import { Refusal } from "../Refusal";
import { treeOf, type Branch } from "./tree";
import { UnitAct, type Asked } from "./UnitAct";

interface UnitsProps {
  organization: string;
  may: boolean;
  path: string;
}

/** The units of an organization as a tree. */
export function Units({ organization, may, path }: UnitsProps) {
  const { t } = useTranslation();
  const units = useUnits(organization);
  const [asked, setAsked] = useState<Asked>();
  return (
    <section className={s.part}>
      <h2>{t("admin.organizations.partNames.units")}</h2>
      <p className="muted">{t("admin.organizations.unitsLead")}</p>
      {units.isPending && <Busy label={t("common.loading")} />}
      {units.isError && <Refusal error={units.error} path={path} />}
      {units.data?.length === 0 && <p>{t("admin.organizations.noUnits")}</p>}
      {units.data !== undefined && units.data.length > 0 && (
        <div className={`card ${s.form ?? ""} ${s.tree ?? ""}`}>
          <Branches of={treeOf(units.data, currentLanguage())} may={may} onAsk={setAsked} />
        </div>
      )}
      {may && units.isSuccess && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setAsked({ act: "add" });
            }}
          >
            {t("admin.organizations.unit.add")}
          </button>
        </div>
      )}
      {asked !== undefined && units.data !== undefined && (
        <UnitAct
          organization={organization}
          units={units.data}
          asked={asked}
          path={path}
          onClose={() => {
            setAsked(undefined);
          }}
        />
      )}
    </section>
  );
}

interface BranchesProps {
  of: readonly Branch[];
  may: boolean;
  onAsk: (asked: Asked) => void;
}

function Branches({ of, may, onAsk }: BranchesProps) {
  return (
    <ul>
      {of.map(({ unit, below }) => (
        <li key={unit.id}>
          <div>
            <bdi>{unit.name}</bdi>
            {may && <Acts unit={unit} onAsk={onAsk} />}
          </div>
          {below.length > 0 && <Branches of={below} may={may} onAsk={onAsk} />}
        </li>
      ))}
    </ul>
  );
}

function Acts({ unit, onAsk }: { unit: Unit; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const { name } = unit;
  const acts = [
    { word: t("admin.organizations.unit.addShort"), whole: t("admin.organizations.unit.addOf", { name }), asked: { act: "add", below: unit } },
    { word: t("admin.organizations.unit.rename"), whole: t("admin.organizations.unit.renameOf", { name }), asked: { act: "rename", unit } },
    { word: t("admin.organizations.unit.move"), whole: t("admin.organizations.unit.moveOf", { name }), asked: { act: "move", unit } },
    { word: t("admin.organizations.unit.delete"), whole: t("admin.organizations.unit.deleteOf", { name }), asked: { act: "delete", unit } },
  ] as const;
  return acts.map(({ word, whole, asked }) => (
    <button
      key={asked.act}
      type="button"
      className="btn quiet"
      aria-label={whole}
      onClick={() => {
        onAsk(asked);
      }}
    >
      {word}
    </button>
  ));
}
