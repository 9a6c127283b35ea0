import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addUnit, changeUnit, deleteUnit, type Unit } from "../../../api/administration";
import { currentLanguage } from "../../../i18n";
import { Field, SelectField } from "../../../ui";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";
import { treeOf, withAllBelow, type Branch } from "./tree";

/** What somebody wants to do with a unit. */
export type Asked = { act: "add"; below?: Unit } | { act: "rename" | "move" | "delete"; unit: Unit };

interface UnitActProps {
  organization: string;
  units: readonly Unit[];
  asked: Asked;
  path: string;
  onClose: () => void;
}

/** Adds, renames, moves or deletes a unit, of the version that was shown when it was asked. */
export function UnitAct({ organization, units, asked, path, onClose }: UnitActProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(asked.act === "rename" ? asked.unit.name : "");
  const [parent, setParent] = useState(asked.act === "move" ? (asked.unit.parent ?? "") : "");
  const reread = () => queries.invalidateQueries({ queryKey: adminKeys.units(organization) });
  const act = useMutation({
    mutationFn: async () => {
      switch (asked.act) {
        case "add":
          await addUnit(organization, { name: name.trim(), ...(asked.below === undefined ? {} : { parent: asked.below.id }) });
          break;
        case "rename":
          await changeUnit(organization, asked.unit, { name: name.trim() });
          break;
        case "move":
          await changeUnit(organization, asked.unit, { parent: parent === "" ? null : parent });
          break;
        case "delete":
          await deleteUnit(organization, asked.unit.id);
      }
    },
    onSuccess: () => {
      onClose();
      return reread();
    },
  });
  const about = asked.act === "add" ? asked.below : asked.unit;
  const title = about === undefined ? t("admin.organizations.unit.add") : t(`admin.organizations.unit.${asked.act}Of`, { name: about.name });
  return (
    <Ask
      title={title}
      act={t(`admin.organizations.unit.${asked.act}`)}
      danger={asked.act === "delete"}
      busy={act.isPending}
      error={act.error}
      path={path}
      says={{ conflict: t(`admin.organizations.unit.${asked.act}Conflict`) }}
      onReread={() => {
        onClose();
        void reread();
      }}
      onAct={() => {
        act.mutate();
      }}
      onClose={onClose}
    >
      {asked.act === "delete" && <p>{t("admin.organizations.unit.deleteLead")}</p>}
      {(asked.act === "add" || asked.act === "rename") && (
        <Field label={t("admin.organizations.unit.name")}>
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
      {asked.act === "move" && <Where units={units} unit={asked.unit} value={parent} onChoose={setParent} />}
    </Ask>
  );
}

interface WhereProps {
  units: readonly Unit[];
  unit: Unit;
  value: string;
  onChoose: (parent: string) => void;
}

/** Where a unit may go: nowhere below itself. */
function Where({ units, unit, value, onChoose }: WhereProps) {
  const { t } = useTranslation();
  const own = withAllBelow(units, unit.id);
  const places = linesOf(treeOf(units, currentLanguage()));
  return (
    <SelectField
      label={t("admin.organizations.unit.below")}
      hint={t("admin.organizations.unit.belowHint")}
      any={t("admin.organizations.unit.top")}
      options={places.map(({ id, line }) => ({ value: id, label: line, disabled: own.has(id) }))}
      value={value}
      onChoose={onChoose}
    />
  );
}

/** The tree a line a unit, each with those above it: two may bear the same name. */
function linesOf(branches: readonly Branch[], above = ""): { id: string; line: string }[] {
  return branches.flatMap(({ unit, below }) => {
    const line = above === "" ? unit.name : `${above} › ${unit.name}`;
    return [{ id: unit.id, line }, ...linesOf(below, line)];
  });
}
