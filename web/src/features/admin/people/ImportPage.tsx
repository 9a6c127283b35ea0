import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { importPeople, type ImportedPerson, type PeopleImport } from "../../../api/administration";
import { asApiError } from "../../../api/error";
import { currentLanguage } from "../../../i18n";
import { Busy, ErrorNotice, Field, Notice, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { asksElevation, elevateHref } from "../elevation";
import { organizations, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";

const page = "/admin/people/import";

/** Tells of the people of an organization in a file: what it would do is shown first, line by line, and then confirmed. */
export function ImportPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [organization, setOrganization] = useState<Found>();
  const [file, setFile] = useState<{ name: string; text: string }>();
  const ask = useMutation({ mutationFn: (trial: boolean) => importPeople(organization?.id ?? "", file?.text ?? "", trial) });
  const write = useMutation({
    mutationFn: () => importPeople(organization?.id ?? "", file?.text ?? "", false),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...adminKeys.people] }),
  });
  const anew = () => {
    ask.reset();
    write.reset();
  };
  useTitle(t("admin.people.import.title"));
  return (
    <>
      <div className={s.part}>
        <Link href="/admin/people">{t("admin.people.all")}</Link>
        <h1>{t("admin.people.import.title")}</h1>
        <p className="muted">{t("admin.people.import.lead")}</p>
        <p className="small muted">{t("admin.people.import.columns")}</p>
      </div>
      <form
        className={`card ${s.form ?? ""}`}
        onSubmit={(event) => {
          event.preventDefault();
          write.reset();
          ask.mutate(true);
        }}
      >
        <FindField
          label={t("admin.people.organization")}
          finder={organizations} path={page}
          chosen={organization}
          onChoose={(one) => {
            anew();
            setOrganization(one);
          }}
        />
        <Field label={t("admin.people.import.file")} hint={t("admin.people.import.fileHint")}>
          {(wiring) => (
            <input
              className="field"
              type="file"
              accept=".csv,text/csv"
              required
              onChange={(event) => {
                anew();
                const chosen = event.target.files?.[0];
                if (chosen === undefined) setFile(undefined);
                else {
                  void read(chosen).then((text) => {
                    setFile({ name: chosen.name, text });
                  });
                }
              }}
              {...wiring}
            />
          )}
        </Field>
        <div className={s.acts}>
          <button type="submit" className="btn primary" disabled={organization === undefined || file === undefined || ask.isPending}>
            {t("admin.people.import.preview")}
          </button>
        </div>
      </form>
      {ask.isPending && <Busy label={t("common.loading")} />}
      {ask.isError && <FileRefusal error={ask.error} />}
      {ask.data !== undefined && !write.isSuccess && (
        <Shown of={ask.data} title={t("admin.people.import.would")}>
          {ask.data.refused > 0 ? (
            <Notice tone="danger" live>
              <p>{t("admin.people.import.mend", { count: ask.data.refused })}</p>
            </Notice>
          ) : (
            <div className={s.acts}>
              <button
                type="button"
                className="btn primary"
                disabled={write.isPending || changes(ask.data) === 0}
                onClick={() => {
                  write.mutate();
                }}
              >
                {t("admin.people.import.confirm")}
              </button>
              {changes(ask.data) === 0 && <span className="muted">{t("admin.people.import.nothing")}</span>}
            </div>
          )}
          {write.isError && <FileRefusal error={write.error} />}
        </Shown>
      )}
      {write.data !== undefined && (
        <Shown of={write.data} title={t("admin.people.import.done")}>
          <Notice live>
            <p>{t("admin.people.import.doneLead")}</p>
          </Notice>
        </Shown>
      )}
    </>
  );
}

/** Where the tab of a fresh sign-in ends. */
export function Confirmed() {
  const { t } = useTranslation();
  useTitle(t("admin.people.import.confirmed"));
  return (
    <div className={s.part}>
      <h1>{t("admin.people.import.confirmed")}</h1>
      <p>{t("admin.people.import.confirmedLead")}</p>
    </div>
  );
}

/** The text of a file: UTF-8, or as older spreadsheets write it, which the server would refuse. */
async function read(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const acts = ["made", "linked", "changed", "closed", "reopened", "unchanged", "refused"] as const;

const changes = (of: PeopleImport) => of.made + of.linked + of.changed + of.closed + of.reopened;

function Shown({ of, title, children }: { of: PeopleImport; title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(currentLanguage());
  // What is refused comes first: it is what somebody has to do.
  const lines = of.lines.filter((line) => line.act !== "unchanged" || line.staysClosed === true).sort((a, b) => Number(b.act === "refused") - Number(a.act === "refused") || a.line - b.line);
  return (
    <section className={s.part}>
      <h2 id="people-import">{title}</h2>
      <dl className={`card ${s.facts ?? ""}`}>
        {acts
          .filter((act) => of[act] > 0)
          .map((act) => (
            <div key={act} className={s.fact}>
              <dt>{t(`admin.people.import.acts.${act}`)}</dt>
              <dd>{number.format(of[act])}</dd>
            </div>
          ))}
      </dl>
      {children}
      {lines.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="people-import" tabIndex={0}>
          <table className={s.table}>
            <thead>
              <tr>
                <th scope="col">{t("admin.people.import.line")}</th>
                <th scope="col">{t("admin.people.import.act")}</th>
                <th scope="col">{t("admin.people.import.person")}</th>
                <th scope="col">{t("admin.people.import.what")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Line key={line.line} line={line} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Line({ line }: { line: ImportedPerson }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{line.line}</th>
      <td>{t(`admin.people.import.acts.${line.act}`)}</td>
      <td>
        {line.person === undefined ? <bdi>{line.name}</bdi> : <Link href={`/admin/people/${line.person}`}><bdi>{line.name ?? line.person}</bdi></Link>}
        {line.email !== undefined && <div className="small muted">{line.email}</div>}
      </td>
      <td>
        {line.errors?.map((wrong) => <div key={wrong.location + wrong.message}>{t(`admin.people.import.wrong.${wrongOf(wrong.location)}`)}</div>)}
        {line.act !== "refused" && line.changed.join(", ")}
        {line.staysClosed === true && <div>{t("admin.people.import.staysClosed")}</div>}
      </td>
    </tr>
  );
}

const columns = ["givenName", "familyName", "email", "provider", "idp_id", "uid", "sub", "unit", "groups", "title", "active"] as const;

/** What a refusal is about: body.line[3].email the column email, body.line[0] the names of the columns, body the file. */
function wrongOf(location: string): (typeof columns)[number] | "table" | "header" | "cells" {
  const [, line, column] = /^body\.line\[(\d+)\]\.?(.*)$/u.exec(location) ?? [];
  if (line === undefined) return "table";
  if (line === "0") return "header";
  return columns.find((one) => one === column) ?? "cells";
}

const lineOf = (location: string) => /^body\.line\[(\d+)\]/u.exec(location)?.[1];

/** A fresh sign-in has a tab of its own: this page would lose the file, which no browser chooses again. */
function FileRefusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (asksElevation(error)) {
    return (
      <>
        <ErrorNotice
          error={error}
          actions={
            <a className="btn primary" href={elevateHref(`${page}/confirmed`)} target="_blank" rel="noreferrer">
              {t("admin.elevate")}
            </a>
          }
        />
        <p>{t("admin.people.import.stays")}</p>
      </>
    );
  }
  const { code, fields } = asApiError(error);
  if (code === "invalid" && fields.length > 0) {
    return (
      <Notice tone="danger" live>
        <p>{t("admin.people.import.refused")}</p>
        <ul>
          {fields.map(({ location, message }) => {
            const line = lineOf(location);
            const says = t(`admin.people.import.wrong.${wrongOf(location)}`);
            return <li key={location + message}>{line === undefined || line === "0" ? says : t("admin.people.import.atLine", { line, says })}</li>;
          })}
        </ul>
      </Notice>
    );
  }
  return <Refusal error={error} path={page} says={{ conflict: t("admin.people.import.software") }} />;
}
