import { useQuery } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { getRegister, type Register } from "../../../api/privacy";
import { Busy } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import p from "./privacy.module.css";
import { inOwn } from "./said";

/** The record of article 30, to be read, printed and signed. */
export function RegisterPart() {
  const { t } = useTranslation();
  const register = useQuery({ queryKey: ["admin", "privacy", "register"], queryFn: ({ signal }) => getRegister(signal) });
  if (register.isPending) return <Busy label={t("common.loading")} />;
  if (register.isError) return <Refusal error={register.error} path="/admin/privacy/register" />;
  return <Record register={register.data} />;
}

const text = (value: string | undefined) => (value === "" ? undefined : value);

function Record({ register }: { register: Register }) {
  const { t } = useTranslation();
  const missing = (setting: string) => t("admin.privacy.register.missing", { setting });
  const facts = {
    controller: text(register.controller) ?? missing("PARVIS_PRIVACY_CONTROLLER"),
    contact: text(register.contact) ?? missing("PARVIS_PRIVACY_CONTACT"),
    subjects: inOwn(register.subjects),
    transfers: inOwn(register.transfers),
    receiptKey: register.receiptKey,
  };
  return (
    <section id="privacy-register" className={`${s.part ?? ""} ${p.register ?? ""}`} aria-labelledby="privacy-register-title">
      <h2 id="privacy-register-title">{t("admin.privacy.register.title")}</h2>
      <p>
        <bdi>{register.platform}</bdi>, {register.url}
      </p>
      <div className={p.button}>
        <button
          type="button"
          className="btn"
          onClick={() => {
            window.print();
          }}
        >
          <Printer className="ico" aria-hidden="true" />
          {t("admin.privacy.register.print")}
        </button>
      </div>
      <dl className={s.facts}>
        {(Object.keys(facts) as (keyof typeof facts)[]).map((one) => (
          <div key={one}>
            <dt>{t(`admin.privacy.register.${one}`)}</dt>
            <dd>
              <bdi>{facts[one]}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <h3 id="privacy-activities">{t("admin.privacy.register.activities")}</h3>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="privacy-activities" tabIndex={0}>
        <table className={s.table}>
          <thead>
            <tr>
              {(["data", "purpose", "basis", "seen", "kept"] as const).map((one) => (
                <th key={one} scope="col">
                  {t(`admin.privacy.register.${one}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {register.activities.map((one) => (
              <tr key={one.kind}>
                <th scope="row">{inOwn(one.data)}</th>
                <td>{inOwn(one.purpose)}</td>
                <td>{inOwn(one.basisText)}</td>
                <td>{inOwn(one.seenBy)}</td>
                <td>{inOwn(one.kept)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>{t("admin.privacy.register.recipients")}</h3>
      {register.recipients.length === 0 && <p>{t("admin.privacy.register.noRecipients")}</p>}
      <ul className="card rows" hidden={register.recipients.length === 0}>
        {register.recipients.map((one) => (
          <li key={`${one.name} ${one.host}`}>
            <div>
              <strong>
                <bdi>{one.name}</bdi>
              </strong>{" "}
              <code>{one.host}</code>
              <div>{inOwn(one.gets)}</div>
            </div>
          </li>
        ))}
      </ul>
      <h3>{t("admin.privacy.register.measures")}</h3>
      <ul className="card rows">
        {register.measures.map((one) => (
          <li key={one.en}>
            <span>{inOwn(one)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
