import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ClaimRule, Organization, OrganizationPatch } from "../../../api/administration";
import { Field, SelectField } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { useChange, type PartProps } from "./useChange";

interface RulesProps extends PartProps {
  organization: Organization;
  may: boolean;
}

const claims: readonly ClaimRule["claim"][] = ["provider", "organization_label", "organizational_unit", "roles"];
const kinds = ["siret", "idpIds", "domains", "claims"] as const;
type Kind = (typeof kinds)[number];

interface Value {
  key: string;
  text: string;
  /** The rules without this one. */
  without: OrganizationPatch;
}

/** By which rules people come to an organization, in the order in which they are asked, and what each means. */
export function Rules({ organization, etag, may, path, onReread }: RulesProps) {
  const { t } = useTranslation();
  const change = useChange(organization.id, etag);
  const values: Record<Kind, Value[]> = {
    siret: organization.siret === undefined ? [] : [{ key: organization.siret, text: organization.siret, without: { siret: null } }],
    idpIds: organization.idpIds.map((one) => ({ key: one, text: one, without: { idpIds: organization.idpIds.filter((other) => other !== one) } })),
    domains: organization.domains.map((one) => ({ key: one, text: one, without: { domains: organization.domains.filter((other) => other !== one) } })),
    claims: organization.claims.map((one) => ({
      key: `${one.claim}=${one.value}`,
      text: t(`admin.organizations.claims.${one.claim}`, { value: one.value }),
      without: { claims: organization.claims.filter((other) => other !== one) },
    })),
  };
  const withMore = (kind: Kind, value: string, claim: ClaimRule["claim"]): OrganizationPatch => {
    switch (kind) {
      case "siret":
        return { siret: value.replace(/\s/g, "") };
      case "idpIds":
        return { idpIds: [...organization.idpIds, value] };
      case "domains":
        return { domains: [...organization.domains, value.toLowerCase()] };
      case "claims":
        return { claims: [...organization.claims, { claim, value }] };
    }
  };
  return (
    <section className={s.part}>
      <h2>{t("admin.organizations.partNames.rules")}</h2>
      <p className="muted">{t("admin.organizations.rulesLead")}</p>
      {change.isError && (
        <Refusal
          error={change.error}
          path={path}
          says={{ conflict: t("admin.organizations.ruleTaken"), "invalid-request": t("admin.organizations.ruleWrong") }}
          onReread={() => {
            change.reset();
            void onReread();
          }}
        />
      )}
      {kinds.map((kind) => (
        <Rule
          key={kind}
          kind={kind}
          values={values[kind]}
          busy={change.isPending}
          onTake={
            may
              ? (value) => {
                  change.mutate(value.without);
                }
              : undefined
          }
        >
          {may && (kind !== "siret" || organization.siret === undefined) && (
            <AddRule
              key={etag}
              kind={kind}
              busy={change.isPending}
              onAdd={(value, claim) => {
                change.mutate(withMore(kind, value, claim));
              }}
            />
          )}
        </Rule>
      ))}
      <p className="muted">{t("admin.organizations.rulesElse")}</p>
    </section>
  );
}

interface RuleProps {
  kind: Kind;
  values: Value[];
  busy: boolean;
  onTake: ((value: Value) => void) | undefined;
  children: ReactNode;
}

function Rule({ kind, values, busy, onTake, children }: RuleProps) {
  const { t } = useTranslation();
  return (
    <section className={`card ${s.form ?? ""}`}>
      <h3>{t(`admin.organizations.rules.${kind}`)}</h3>
      <p className="small muted">{t(`admin.organizations.ruleMeans.${kind}`)}</p>
      {values.length === 0 && <p>{t("admin.organizations.noRule")}</p>}
      <ul className="rows" hidden={values.length === 0}>
        {values.map((value) => (
          <li key={value.key}>
            <div>
              <bdi>{value.text}</bdi>
            </div>
            {onTake !== undefined && (
              <button
                type="button"
                className="btn"
                disabled={busy}
                aria-label={t("admin.organizations.takeRuleOf", { value: value.text })}
                onClick={() => {
                  onTake(value);
                }}
              >
                {t("admin.organizations.takeRule")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}

const longest: Record<Kind, number> = { siret: 20, idpIds: 200, domains: 253, claims: 200 };

function AddRule({ kind, busy, onAdd }: { kind: Kind; busy: boolean; onAdd: (value: string, claim: ClaimRule["claim"]) => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState("");
  const [claim, setClaim] = useState<ClaimRule["claim"]>("provider");
  return (
    <form
      className={s.filters}
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(value.trim(), claim);
      }}
    >
      {kind === "claims" && (
        <SelectField label={t("admin.organizations.claim")} options={claims.map((value) => ({ value, label: t(`admin.organizations.claimNames.${value}`) }))} value={claim} onChoose={setClaim} />
      )}
      <Field label={t(`admin.organizations.ruleValue.${kind}`)}>
        {(wiring) => (
          <input
            className="field"
            required
            autoComplete="off"
            spellCheck={false}
            maxLength={longest[kind]}
            inputMode={kind === "siret" ? "numeric" : undefined}
            value={value}
            onChange={(event) => {
              setValue(event.target.value);
            }}
            {...wiring}
          />
        )}
      </Field>
      <button type="submit" className="btn" disabled={busy || value.trim() === ""}>
        {t(`admin.organizations.addRule.${kind}`)}
      </button>
    </form>
  );
}
